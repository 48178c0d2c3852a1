#include "core/session/write_connection.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/session/title.hpp"

namespace sandport {
namespace {

// The list is sorted by `updated`; keeping it to the second spares most appends the index.
constexpr std::int64_t kTouchEveryMs = 1000;

std::string string_at(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

WriteConnection::WriteConnection(const std::filesystem::path& file,
                                 std::chrono::milliseconds busy_timeout)
    : database(file, Database::Access::kWrite, busy_timeout) {
  // In write-ahead mode a killed process loses nothing with NORMAL; a power cut may lose the last
  // events, never the file.
  database.run("PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 33554432;");
  select_last_ =
      database.prepare("SELECT max(position) FROM events WHERE position BETWEEN ? AND ?");
  insert_event_ = database.prepare("INSERT INTO events VALUES (?, ?, ?, ?)");
  insert_blob_ = database.prepare("INSERT INTO blobs VALUES (?, ?)");
  touch_ = database.prepare("UPDATE sessions SET updated = ?2 WHERE key = ?1 AND updated <= ?3");
  set_state_ = database.prepare("UPDATE sessions SET state = ?2, outcome = ?3 WHERE key = ?1");
}

std::int64_t WriteConnection::create_session(const std::string& id, std::int64_t time_ms,
                                             const NewSession& session) {
  if (!session.manifest_hash.empty()) {
    Statement manifest = database.prepare("INSERT OR IGNORE INTO manifests VALUES (?, ?)");
    manifest.bind(1, session.manifest_hash).bind(2, session.manifest_text).run();
  }
  Statement insert = database.prepare(
      "INSERT INTO sessions (id, created, updated, title, manifest_name, manifest_hash, work_dir) "
      "VALUES (?, ?2, ?2, ?, ?, ?, ?)");
  insert.bind(1, id).bind(2, time_ms).bind(3, session.title).bind(4, session.manifest_name);
  insert.bind(5, session.manifest_hash).bind(6, session.work_dir).run();
  return database.last_row_id();
}

std::uint64_t WriteConnection::last_seq(std::int64_t key) {
  select_last_.bind(1, event_position(key, 0)).bind(2, event_position(key, kMaximumSeq));
  select_last_.step();
  const std::uint64_t seq = static_cast<std::uint64_t>(select_last_.integer(0)) & kMaximumSeq;
  select_last_.reset();
  return seq;
}

std::uint64_t WriteConnection::append(std::int64_t key, const std::vector<Event>& events) {
  std::uint64_t seq = last_seq(key);
  for (const Event& event : events) {
    const std::int64_t position = event_position(key, ++seq);
    insert_event_.bind(1, position).bind(2, event.time_ms).bind(3, event.type);
    insert_event_.bind(4, event.payload_json).run();
    if (!event.attachment.empty()) {
      insert_blob_.bind(1, position).bind_blob(2, event.attachment).run();
    }
    note_in_session(key, event);
  }
  if (!events.empty()) {
    const std::int64_t now = events.back().time_ms;
    touch_.bind(1, key).bind(2, now).bind(3, now - kTouchEveryMs).run();
  }
  return seq;
}

void WriteConnection::note_in_session(std::int64_t key, const Event& event) {
  using nlohmann::json;
  if (event.type == event_type::kUserMessage) {
    set_state(key, "running", "");
    Statement untitled = database.prepare("SELECT 1 FROM sessions WHERE key = ? AND title = ''");
    if (untitled.bind(1, key).step()) {
      set_title(key, title_of_user_message(event.payload_json));
    }
  } else if (event.type == event_type::kTurnFinished) {
    const json payload = json::parse(event.payload_json, nullptr, false);
    set_state(key, "idle", payload.is_object() ? string_at(payload, "reason") : "");
  } else if (event.type == event_type::kSandboxAttached) {
    const json payload = json::parse(event.payload_json, nullptr, false);
    if (!payload.is_object()) {
      return;
    }
    const std::string work_dir = string_at(payload, "work_dir");
    Statement update = database.prepare(
        "UPDATE sessions SET sandbox_backend = ?2, sandbox_id = ?3, "
        "work_dir = CASE ?4 WHEN '' THEN work_dir ELSE ?4 END WHERE key = ?1");
    const std::string backend = string_at(payload, "backend");
    const std::string id = string_at(payload, "id");
    update.bind(1, key).bind(2, backend).bind(3, id).bind(4, work_dir).run();
  }
}

void WriteConnection::set_state(std::int64_t key, std::string_view state,
                                std::string_view outcome) {
  set_state_.bind(1, key).bind(2, state).bind(3, outcome).run();
}

void WriteConnection::set_title(std::int64_t key, std::string_view title) {
  Statement update = database.prepare("UPDATE sessions SET title = ?2 WHERE key = ?1");
  update.bind(1, key).bind(2, title).run();
}

std::int64_t WriteConnection::copy_session(std::int64_t parent, std::uint64_t last,
                                           const std::string& id, std::int64_t time_ms,
                                           std::string_view state) {
  // The sandbox is not copied: two sessions in one sandbox would each think that it is theirs.
  Statement insert = database.prepare(
      "INSERT INTO sessions (id, created, updated, title, manifest_name, manifest_hash, parent, "
      "fork_seq, work_dir, state) SELECT ?2, ?3, ?3, title, manifest_name, manifest_hash, id, ?4, "
      "work_dir, ?5 FROM sessions WHERE key = ?1");
  insert.bind(1, parent).bind(2, id).bind(3, time_ms);
  insert.bind(4, static_cast<std::int64_t>(last)).bind(5, state).run();
  const std::int64_t key = database.last_row_id();
  const std::int64_t shift = (key - parent) << 32;
  for (const char* sql :
       {"INSERT INTO events SELECT position + ?3, time, type, payload FROM events "
        "WHERE position BETWEEN ?1 AND ?2 ORDER BY position",
        "INSERT INTO blobs SELECT position + ?3, data FROM blobs "
        "WHERE position BETWEEN ?1 AND ?2 ORDER BY position"}) {
    Statement copy = database.prepare(sql);
    copy.bind(1, event_position(parent, 0)).bind(2, event_position(parent, last));
    copy.bind(3, shift).run();
  }
  return key;
}

void WriteConnection::delete_session(std::int64_t key) {
  for (const char* sql : {"DELETE FROM events WHERE position BETWEEN ? AND ?",
                          "DELETE FROM blobs WHERE position BETWEEN ? AND ?"}) {
    Statement remove = database.prepare(sql);
    remove.bind(1, event_position(key, 0)).bind(2, event_position(key, kMaximumSeq)).run();
  }
  Statement session = database.prepare("DELETE FROM sessions WHERE key = ?");
  session.bind(1, key).run();
  database.run("DELETE FROM manifests WHERE hash NOT IN (SELECT manifest_hash FROM sessions)");
}

}  // namespace sandport
