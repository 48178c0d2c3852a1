// The durable store of sessions: an append-only log of events for each, in one SQLite file.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/session/event.hpp"
#include "core/session/lease.hpp"
#include "core/session/rebuild.hpp"
#include "core/session/session_info.hpp"
#include "core/session/writer.hpp"

namespace sandport {

// Takes text, gives it back without secrets. Applied to everything written: payloads (JSON text, so
// it must know a secret also in its JSON-escaped form), attachments, titles, manifests. Called on
// the thread of the append, by several threads at once.
using Redactor = std::function<std::string(std::string)>;

struct StoreOptions {
  std::filesystem::path directory;  // made (0700) when missing; usually home_directory()
  Redactor redactor = {};
  // How long to wait for another process that writes.
  std::chrono::milliseconds busy_timeout{10'000};
  // Called on the writer's thread at each point of each transaction; tests die in it.
  std::function<void(WritePoint)> write_probe = {};
};

struct ResumedSession {
  SessionInfo info;
  Rebuilt history;
};

// The list goes on after (`before_updated_ms`, `before_id`) of the last session of the page before.
struct ListPage {
  std::size_t limit = 50;
  std::optional<SessionInfo> after = std::nullopt;
};

// Errors of every member: kDataLoss (damaged file, or not a store), kUnavailable (locked by another
// program), kResourceExhausted (disk full), kPermissionDenied (read-only), kFailedPrecondition (a
// newer schema), kNotFound (no such session). Safe from any thread.
//
// The awaitable members write on a thread of the store and complete, on the caller's executor, when
// the transaction that holds the write has been committed. They are not cancelled once they have
// begun. A reference given to them must live until then. Close or destroy the store before the
// execution context whose coroutines wait for it. The other members read, and block for as long.
class SessionStore {
 public:
  // Opens or makes `sessions.db` and its lock file in the directory.
  explicit SessionStore(StoreOptions options);
  ~SessionStore();
  SessionStore(const SessionStore&) = delete;
  SessionStore& operator=(const SessionStore&) = delete;

  // Writes all that is queued. Later writes fail with kCancelled. Idempotent.
  void close();

  // A new session with its first event, leased to us.
  [[nodiscard]] boost::asio::awaitable<SessionLease> create(NewSession session);
  // Leases a session that exists. Throws kFailedPrecondition when it is in use.
  [[nodiscard]] SessionLease lease(std::string_view id);
  // The history, with each open tool call answered by a tool_call_interrupted event that has been
  // appended to it.
  [[nodiscard]] boost::asio::awaitable<ResumedSession> resume(const SessionLease& session);

  // Returns the seq of the last event. The events of one call are committed together.
  boost::asio::awaitable<std::uint64_t> append(const SessionLease& session, Event event);
  boost::asio::awaitable<std::uint64_t> append(const SessionLease& session,
                                               std::vector<Event> events);
  boost::asio::awaitable<void> set_title(const SessionLease& session, std::string title);

  // Copies the session up to and with event `seq`, else up to its last safe point; returns the id.
  // The copy has no sandbox. Throws kInvalidArgument when a tool call is open at `seq`.
  [[nodiscard]] boost::asio::awaitable<std::string> fork(std::string id,
                                                         std::optional<std::uint64_t> seq);
  // Throws kFailedPrecondition when the session is in use.
  boost::asio::awaitable<void> remove(std::string id);

  // The one session whose id starts with `prefix`. Throws kInvalidArgument when there are several.
  [[nodiscard]] SessionInfo find(std::string_view prefix) const;
  [[nodiscard]] SessionInfo show(std::string_view id) const;
  // Newest update first.
  [[nodiscard]] std::vector<SessionInfo> list(const ListPage& page) const;
  [[nodiscard]] std::string manifest_text(std::string_view hash) const;
  // In order, of one point in time; the attachments are left out.
  void read_events(std::string_view id, std::uint64_t after_seq,
                   const std::function<void(Event)>& visit) const;
  // Empty when the event has none.
  [[nodiscard]] std::string attachment(std::string_view id, std::uint64_t seq) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One line of JSON for the session, with the version of the format, then one for each event.
void export_session(const SessionStore& store, std::string_view id, std::ostream& output);

// What SQLite finds wrong with the store in `directory`, one problem an item; empty when it is
// whole or not there. Opens nothing for writing.
[[nodiscard]] std::vector<std::string> check_store(const std::filesystem::path& directory);

}  // namespace sandport
