// What is kept on disk of a detached process, so that it can be found again after a restart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/protocol.hpp"
#include "unique_fd.hpp"

namespace sandport_local {

struct KeptExit {
  Reason reason = Reason::kLost;
  int code = 0;
  int signal = 0;
  std::uint64_t output_bytes = 0;
  std::uint64_t error_bytes = 0;
};

struct KeptProcess {
  std::filesystem::path directory;
  std::int64_t pid = 0;
  std::string tag;
  std::vector<std::string> argv;
  std::string cwd;
  bool terminal = false;
};

// A new directory for one process under `parent`, mode 0700, with the socket that its supervisor
// listens on. Blocking; throws PosixError.
class NewProcessDirectory {
 public:
  NewProcessDirectory(const std::filesystem::path& parent, const KeptProcess& process);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Each once.
  [[nodiscard]] UniqueFd take_directory() { return std::move(directory_); }
  [[nodiscard]] UniqueFd take_listener() { return std::move(listener_); }

 private:
  std::filesystem::path path_;
  UniqueFd directory_;
  UniqueFd listener_;
};

// All below: blocking, any thread.

// Every process kept under `parent`, oldest first. What cannot be read is left out.
[[nodiscard]] std::vector<KeptProcess> kept_processes(const std::filesystem::path& parent);

// nullopt while it runs, and when its supervisor was killed.
[[nodiscard]] std::optional<KeptExit> read_exit(const std::filesystem::path& directory);

// A connection to the supervisor; empty when there is none any more.
[[nodiscard]] UniqueFd connect_supervisor(const std::filesystem::path& directory);

[[nodiscard]] bool is_running(const KeptProcess& process);

// Kills every tree kept under `parent`, and waits for the end of each, but not for ever.
void kill_kept_processes(const std::filesystem::path& parent);

// Removes the oldest finished ones until at most `most` of them are left.
void prune_finished(const std::filesystem::path& parent, std::size_t most);

}  // namespace sandport_local
