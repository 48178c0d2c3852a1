#include "core/session/lease.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "core/error.hpp"
#include "core/session/private_file.hpp"

namespace sandport {
namespace {

// One record of the lock file: the owner's process id, zero when it is free.
using Record = std::int64_t;

constexpr off_t offset_of(std::int64_t key) {
  return static_cast<off_t>(key) * static_cast<off_t>(sizeof(Record));
}

struct flock record_lock(short type, std::int64_t key) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = offset_of(key);
  lock.l_len = sizeof(Record);
  return lock;
}

}  // namespace

struct LeaseTable::State {
  std::filesystem::path path;
  FileDescriptor file;
  // Locks belong to our one open file, so the kernel never sets two of them in this table against
  // each other: that is done here.
  mutable std::mutex mutex;
  std::unordered_set<std::int64_t> held;
};

struct SessionLease::Held {
  Held(std::shared_ptr<LeaseTable> owner, std::int64_t session_key, std::string session)
      : table(std::move(owner)), key(session_key), id(std::move(session)) {}
  ~Held() { table->give_back(key); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  std::shared_ptr<LeaseTable> table;
  std::int64_t key;
  std::string id;
};

const std::string& SessionLease::session_id() const { return held_->id; }

std::int64_t SessionLease::key() const { return held_->key; }

LeaseTable::LeaseTable(std::filesystem::path file) : state_(std::make_unique<State>()) {
  state_->file = open_private_file(file);
  state_->path = std::move(file);
}

LeaseTable::~LeaseTable() = default;

SessionLease LeaseTable::acquire(std::int64_t key, std::string id) {
  {
    const std::lock_guard guard(state_->mutex);
    if (state_->held.contains(key)) {
      fail_in_use(key, id);
    }
    struct flock lock = record_lock(F_WRLCK, key);
    if (fcntl(state_->file.get(), F_OFD_SETLK, &lock) != 0) {
      if (errno == EAGAIN || errno == EACCES) {
        fail_in_use(key, id);
      }
      throw Error(Code::kInternal,
                  fmt::format("cannot lock {}: {}; is it on a file system without locks?",
                              state_->path.string(), std::generic_category().message(errno)));
    }
    state_->held.insert(key);
  }
  // From here on give_back() undoes it. The process id is only a courtesy to the next process, so a
  // full disk is no reason to refuse.
  auto held = std::make_shared<const SessionLease::Held>(shared_from_this(), key, std::move(id));
  const Record owner = getpid();
  [[maybe_unused]] const auto written =
      pwrite(state_->file.get(), &owner, sizeof owner, offset_of(key));
  return SessionLease(std::move(held));
}

bool LeaseTable::is_held(std::int64_t key) const {
  const std::lock_guard guard(state_->mutex);
  if (state_->held.contains(key)) {
    return true;
  }
  struct flock lock = record_lock(F_WRLCK, key);
  return fcntl(state_->file.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void LeaseTable::give_back(std::int64_t key) noexcept {
  const std::lock_guard guard(state_->mutex);
  const Record nobody = 0;
  [[maybe_unused]] const auto written =
      pwrite(state_->file.get(), &nobody, sizeof nobody, offset_of(key));
  struct flock lock = record_lock(F_UNLCK, key);
  fcntl(state_->file.get(), F_OFD_SETLK, &lock);
  state_->held.erase(key);
}

void LeaseTable::fail_in_use(std::int64_t key, const std::string& id) const {
  Record owner = 0;
  const bool known = pread(state_->file.get(), &owner, sizeof owner, offset_of(key)) ==
                         static_cast<ssize_t>(sizeof owner) &&
                     owner > 0;
  const std::string by = !known              ? "another process"
                         : owner == getpid() ? "this process"
                                             : fmt::format("process {}", owner);
  throw Error(Code::kFailedPrecondition,
              fmt::format("session {} is in use by {}; wait until it is done, or work on a fork "
                          "(`sandport session fork {}`)",
                          id, by, id));
}

LeaseTable::SetupGuard::SetupGuard(LeaseTable& table) : table_(table) {
  struct flock lock = record_lock(F_WRLCK, 0);
  while (fcntl(table.state_->file.get(), F_OFD_SETLKW, &lock) != 0) {
    if (errno != EINTR) {
      throw Error(Code::kInternal,
                  fmt::format("cannot lock {}: {}; is it on a file system without locks?",
                              table.state_->path.string(), std::generic_category().message(errno)));
    }
  }
}

LeaseTable::SetupGuard::~SetupGuard() {
  struct flock lock = record_lock(F_UNLCK, 0);
  fcntl(table_.state_->file.get(), F_OFD_SETLK, &lock);
}

}  // namespace sandport
