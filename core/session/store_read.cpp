#include <fmt/format.h>

#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/session/schema.hpp"
#include "core/session/store_state.hpp"
#include "core/session/write_connection.hpp"

namespace sandport {
namespace {

constexpr std::string_view kColumns =
    "id, created, updated, title, manifest_name, manifest_hash, parent, fork_seq, sandbox_backend, "
    "sandbox_id, work_dir, state, outcome, key, "
    "(SELECT max(position) FROM events WHERE position BETWEEN key << 32 AND (key << 32) + "
    "4294967295)";

SessionInfo read_info(const Statement& row, const LeaseTable& leases) {
  SessionInfo info;
  info.id = row.text(0);
  info.created_ms = row.integer(1);
  info.updated_ms = row.integer(2);
  info.title = row.text(3);
  info.manifest_name = row.text(4);
  info.manifest_hash = row.text(5);
  info.parent = row.text(6);
  info.fork_seq = static_cast<std::uint64_t>(row.integer(7));
  info.sandbox.backend = row.text(8);
  info.sandbox.id = row.text(9);
  info.sandbox.work_dir = row.text(10);
  if (row.text(11) == "running") {
    info.state =
        leases.is_held(row.integer(13)) ? SessionState::kRunning : SessionState::kInterrupted;
  }
  info.outcome = row.text(12);
  info.last_seq = static_cast<std::uint64_t>(row.integer(14)) & kMaximumSeq;
  return info;
}

// Ids have no other characters, so a prefix can be turned into a range of the index.
bool may_be_id(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz") == std::string_view::npos;
}

}  // namespace

NewSession::NewSession() = default;

const char* state_name(SessionState state) {
  switch (state) {
    case SessionState::kIdle:
      return "idle";
    case SessionState::kRunning:
      return "running";
    case SessionState::kInterrupted:
      break;
  }
  return "interrupted";
}

SessionInfo SessionStore::find(std::string_view prefix) const {
  std::vector<SessionInfo> found;
  if (may_be_id(prefix)) {
    const State::Reader reader(*state_);
    Statement select = reader->prepare(
        fmt::format("SELECT {} FROM sessions WHERE id >= ?1 AND id < ?1 || '~' LIMIT 2", kColumns));
    select.bind(1, prefix);
    while (select.step()) {
      found.push_back(read_info(select, *state_->leases));
    }
  }
  if (found.empty()) {
    throw Error(
        Code::kNotFound,
        fmt::format("no session starts with \"{}\"; `sandport session list` shows them", prefix));
  }
  if (found.size() > 1 && found.front().id != prefix) {
    throw Error(Code::kInvalidArgument,
                fmt::format("several sessions start with \"{}\", such as {} and {}; give more of "
                            "the id",
                            prefix, found[0].id, found[1].id));
  }
  return found.front();
}

SessionInfo SessionStore::show(std::string_view id) const {
  const State::Reader reader(*state_);
  Statement select = reader->prepare(fmt::format("SELECT {} FROM sessions WHERE id = ?", kColumns));
  if (!select.bind(1, id).step()) {
    throw Error(Code::kNotFound,
                fmt::format("there is no session {}; `sandport session list` shows them", id));
  }
  return read_info(select, *state_->leases);
}

std::vector<SessionInfo> SessionStore::list(const ListPage& page) const {
  const State::Reader reader(*state_);
  std::int64_t before_updated = std::numeric_limits<std::int64_t>::max();
  std::int64_t before_key = std::numeric_limits<std::int64_t>::max();
  if (page.after) {
    before_updated = page.after->updated_ms;
    before_key = state_->key_of(page.after->id);
  }
  Statement select = reader->prepare(
      fmt::format("SELECT {} FROM sessions WHERE (updated, key) < (?, ?) ORDER BY updated DESC, "
                  "key DESC LIMIT ?",
                  kColumns));
  select.bind(1, before_updated).bind(2, before_key);
  select.bind(3, static_cast<std::int64_t>(page.limit));
  std::vector<SessionInfo> sessions;
  while (select.step()) {
    sessions.push_back(read_info(select, *state_->leases));
  }
  return sessions;
}

std::string SessionStore::manifest_text(std::string_view hash) const {
  const State::Reader reader(*state_);
  Statement select = reader->prepare("SELECT text FROM manifests WHERE hash = ?");
  return select.bind(1, hash).step() ? std::string{select.text(0)} : std::string{};
}

void SessionStore::read_events(std::string_view id, std::uint64_t after_seq,
                               const std::function<void(Event)>& visit) const {
  const std::int64_t key = state_->key_of(id);
  const State::Reader reader(*state_);
  Statement select = reader->prepare(
      "SELECT position, time, type, payload FROM events WHERE position > ? AND position <= ? "
      "ORDER BY position");
  select.bind(1, event_position(key, after_seq)).bind(2, event_position(key, kMaximumSeq));
  while (select.step()) {
    Event event;
    event.seq = static_cast<std::uint64_t>(select.integer(0)) & kMaximumSeq;
    event.time_ms = select.integer(1);
    event.type = select.text(2);
    event.payload_json = select.text(3);
    visit(std::move(event));
  }
}

std::string SessionStore::attachment(std::string_view id, std::uint64_t seq) const {
  const std::int64_t key = state_->key_of(id);
  const State::Reader reader(*state_);
  Statement select = reader->prepare("SELECT data FROM blobs WHERE position = ?");
  return select.bind(1, event_position(key, seq)).step() ? std::string{select.text(0)}
                                                         : std::string{};
}

std::vector<std::string> check_store(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "sessions.db";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    return {};
  }
  std::vector<std::string> problems;
  try {
    Database database(file, Database::Access::kRead, std::chrono::seconds{10});
    if (!schema_is_current(database)) {
      problems.push_back(fmt::format("{} is of an older schema; the next run brings it up to date",
                                     file.string()));
    }
    Statement check = database.prepare("PRAGMA quick_check(20)");
    while (check.step()) {
      if (check.text(0) != "ok") {
        problems.push_back(fmt::format("{}: {}", file.string(), check.text(0)));
      }
    }
  } catch (const Error& error) {
    problems.emplace_back(error.what());
  }
  return problems;
}

}  // namespace sandport
