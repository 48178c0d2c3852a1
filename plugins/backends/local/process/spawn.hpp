// Starts a supervisor with a process under it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "process/io_thread.hpp"
#include "supervisor/protocol.hpp"
#include "unique_fd.hpp"

namespace sandport_local {

struct TerminalDimensions {
  std::uint16_t rows = 24;
  std::uint16_t columns = 80;
};

struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
};

struct SpawnRequest {
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value"
  std::string cwd;
  std::uint64_t timeout_ms = 0;
  std::uint64_t grace_ms = 0;
  std::uint64_t journal_bytes = 0;
  bool input = false;
  std::optional<TerminalDimensions> terminal;
  std::optional<Identity> identity;
  // Both only for detached processes.
  UniqueFd directory;
  UniqueFd listener;
};

// Our ends, non-blocking. For a terminal, output is its master and input a second handle of it.
// For a detached process output and error are empty: they are the supervisor's.
struct Spawned {
  UniqueFd control;
  UniqueFd output;
  UniqueFd error;
  UniqueFd input;
};

// On the I/O thread, which also collects the supervisor when it ends. Throws PosixError when the
// supervisor cannot be started; how the process itself fares is told on the control socket.
[[nodiscard]] Spawned spawn(IoThread& thread, const std::filesystem::path& supervisor,
                            SpawnRequest request);

}  // namespace sandport_local
