// One emulated micro-VM: what the control API knows of it, and the local sandbox that it is made
// of.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sandbox/sandbox.hpp"
#include "tests/emulators/e2b/core/running_process.hpp"

namespace sandport::e2b_emulator {

using WallTime = std::chrono::system_clock::time_point;

enum class VmState { kRunning, kPaused, kKilled };

struct Watcher;

struct LogLine {
  WallTime time;
  std::string level;
  std::string message;
};

struct EmulatedSandbox {
  EmulatedSandbox(const boost::asio::any_io_executor& executor, std::string id_);
  ~EmulatedSandbox();

  // Of the control API; all but state as create's request says.
  std::string id;
  std::string template_id = "base";
  std::string alias;
  std::string envd_version;
  std::string access_token;   // empty: not secured
  std::string traffic_token;  // empty: ports are public
  std::map<std::string, std::string> metadata;
  std::map<std::string, std::string> environment;
  std::string network;        // JSON, or empty
  std::string volume_mounts;  // JSON, or empty
  std::optional<bool> allow_internet_access;
  bool auto_pause = false;
  bool auto_pause_memory = true;
  bool auto_resume = false;
  VmState state = VmState::kRunning;
  bool memory_kept = true;  // while paused
  bool changing = false;    // a pause or resume is on its way
  WallTime started_at;
  WallTime end_at;

  std::unique_ptr<Sandbox> sandbox;
  std::string root;  // of its files, on this machine

  std::map<std::uint32_t, std::shared_ptr<RunningProcess>> processes;
  std::map<std::string, std::shared_ptr<Watcher>> watchers;
  std::vector<std::weak_ptr<Inbox>> streams;  // open ones
  std::vector<LogLine> logs;

  boost::asio::steady_timer deadline;
  Event changed;  // of state

  [[nodiscard]] std::shared_ptr<Inbox> open_stream();
  void cut_streams();
  void log(std::string level, std::string message);
  // Forgets processes that ended a while ago. Null when there is none.
  [[nodiscard]] std::shared_ptr<RunningProcess> find_process(std::uint32_t pid);

 private:
  boost::asio::any_io_executor executor_;
};

}  // namespace sandport::e2b_emulator
