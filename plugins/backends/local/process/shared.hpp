// What the processes of one sandbox have in common.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "process/control.hpp"
#include "process/io_thread.hpp"
#include "process/spawn.hpp"

namespace sandport_local {

// An attached process that runs now. control is for the I/O thread only.
struct LiveProcess {
  std::shared_ptr<Descriptor> control;
  std::string tag;
  std::vector<std::string> argv;
  std::string cwd;
};

// Outlives every process of the sandbox.
struct ProcessShared {
  IoThread& thread;
  std::filesystem::path supervisor;
  std::filesystem::path processes;  // directory of the detached ones
  std::uint64_t journal_bytes = 0;
  std::chrono::milliseconds grace{0};
  std::shared_ptr<Survivors> survivors = std::make_shared<Survivors>();

  std::mutex mutex;  // guards live
  std::map<std::int64_t, LiveProcess> live;
};

// A command, ready to be started.
struct Command {
  SpawnRequest spawn;
  std::string tag;
  bool kill_on_cancel = false;
};

// How the first message of a supervisor reads as an error. argv0 and cwd are for the message.
[[noreturn]] void throw_start_failure(const Message& message, const std::string& argv0,
                                      const std::string& cwd);

}  // namespace sandport_local
