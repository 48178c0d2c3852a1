// The writer's connection: every statement that changes a session store.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/session/database.hpp"
#include "core/session/event.hpp"
#include "core/session/session_info.hpp"

namespace sandport {

// `events.position` of an event; `seq` 0 is before the first one.
[[nodiscard]] constexpr std::int64_t event_position(std::int64_t key, std::uint64_t seq) {
  return (key << 32) | static_cast<std::int64_t>(seq);
}
inline constexpr std::uint64_t kMaximumSeq = 0xffff'ffffU;

// Used by the writer's thread alone, inside a transaction.
struct WriteConnection {
  WriteConnection(const std::filesystem::path& file, std::chrono::milliseconds busy_timeout);

  // Returns the key of the new session, which has no events yet.
  std::int64_t create_session(const std::string& id, std::int64_t time_ms,
                              const NewSession& session);
  // Returns the seq of the last one.
  std::uint64_t append(std::int64_t key, const std::vector<Event>& events);
  void set_title(std::int64_t key, std::string_view title);
  // Returns the key of the copy, which is left in `state`.
  std::int64_t copy_session(std::int64_t parent, std::uint64_t last, const std::string& id,
                            std::int64_t time_ms, std::string_view state);
  void delete_session(std::int64_t key);

  Database database;

 private:
  // What the session's row says beyond its events.
  void note_in_session(std::int64_t key, const Event& event);
  void set_state(std::int64_t key, std::string_view state, std::string_view outcome);
  [[nodiscard]] std::uint64_t last_seq(std::int64_t key);

  Statement select_last_;
  Statement insert_event_;
  Statement insert_blob_;
  Statement touch_;
  Statement set_state_;
};

}  // namespace sandport
