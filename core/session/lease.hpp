// Exclusive leases on sessions, across processes and within one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace sandport {

class LeaseTable;

// The right to write one session. Released when the last copy of what it holds is gone: here, and
// in appends still under way. The kernel releases it when the process dies, however it dies.
// Movable between threads; not to be used by two at once.
class SessionLease {
 public:
  SessionLease() = default;  // holds nothing

  [[nodiscard]] explicit operator bool() const { return held_ != nullptr; }
  [[nodiscard]] const std::string& session_id() const;
  [[nodiscard]] std::int64_t key() const;  // the session's row in the store
  void release() { held_.reset(); }

 private:
  friend class LeaseTable;
  struct Held;
  explicit SessionLease(std::shared_ptr<const Held> held) : held_(std::move(held)) {}

  std::shared_ptr<const Held> held_;
};

// The lock file of one store: byte 8 × key .. +8 belongs to the session with that key, is locked
// while it is leased, and holds the owner's process id. Bytes 0 .. 8 guard the making of the store.
// Safe from any thread. Leases keep it alive.
class LeaseTable : public std::enable_shared_from_this<LeaseTable> {
 public:
  // Makes the file (0600) when it is missing.
  explicit LeaseTable(std::filesystem::path file);
  ~LeaseTable();
  LeaseTable(const LeaseTable&) = delete;
  LeaseTable& operator=(const LeaseTable&) = delete;

  // Throws kFailedPrecondition, with the owner's process id, when the session is leased.
  [[nodiscard]] SessionLease acquire(std::int64_t key, std::string id);
  [[nodiscard]] bool is_held(std::int64_t key) const;

  // Runs `work` while no other process is in here. Waits for it.
  template <typename Work>
  void exclusively(Work work) {
    const SetupGuard guard(*this);
    work();
  }

 private:
  friend struct SessionLease::Held;
  class SetupGuard {
   public:
    explicit SetupGuard(LeaseTable& table);
    ~SetupGuard();
    SetupGuard(const SetupGuard&) = delete;
    SetupGuard& operator=(const SetupGuard&) = delete;

   private:
    LeaseTable& table_;
  };
  struct State;

  void give_back(std::int64_t key) noexcept;
  [[noreturn]] void fail_in_use(std::int64_t key, const std::string& id) const;

  std::unique_ptr<State> state_;
};

}  // namespace sandport
