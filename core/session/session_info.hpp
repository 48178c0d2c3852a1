// What is known of a session without reading its events.
#pragma once

#include <cstdint>
#include <string>

namespace sandport {

enum class SessionState {
  kIdle,         // its last turn is finished, or it had none
  kRunning,      // in a turn, and held by a live process
  kInterrupted,  // in a turn that no live process works on: resume continues it
};

// "idle", "running", "interrupted".
[[nodiscard]] const char* state_name(SessionState state);

struct SandboxRecord {
  std::string backend;
  std::string id;  // empty: none, or it is gone
  std::string work_dir;
};

struct SessionInfo {
  std::string id;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;  // to about a second
  std::string title;            // the first user message unless set
  std::string manifest_name;
  std::string manifest_hash;
  std::string parent;          // the id of the session it was forked from, or empty
  std::uint64_t fork_seq = 0;  // the parent's last event that it has
  SandboxRecord sandbox;
  SessionState state = SessionState::kIdle;
  std::string outcome;  // the reason of the last turn_finished
  std::uint64_t last_seq = 0;
};

// What create() needs to know.
struct NewSession {
  // Not an aggregate: g++ 12 copies those bit by bit when they are made inside a co_await.
  NewSession();

  std::string title;
  std::string manifest_name;
  std::string manifest_hash;  // names `manifest_text`; both may be empty
  std::string manifest_text;  // with secrets unresolved; stored once per hash
  std::string work_dir;
  std::string payload_json = "{}";  // of the session_started event
};

}  // namespace sandport
