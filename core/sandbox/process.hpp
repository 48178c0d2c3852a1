// A process in a sandbox: what to start, and the handle of one that runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/task.hpp"

namespace sandport {

enum class StdinMode { kEmpty, kPipe };
// kDetached: goes on when the host is gone; its output is kept for attach.
enum class ProcessLifetime { kAttached, kDetached };

struct PtySize {
  std::uint16_t rows = 24;
  std::uint16_t columns = 80;
};

struct ExecRequest {
  std::vector<std::string>
      argv;  // at least one; argv[0] is looked up in the sandbox's PATH; no shell
  std::vector<std::pair<std::string, std::string>> env;  // added to the sandbox's own
  std::string cwd;                                       // empty: the sandbox's work directory
  std::string user;                                      // empty: the sandbox's default
  std::string tag;                                       // a name for attach
  std::chrono::milliseconds timeout{0};                  // then the whole tree is killed; 0: none
  StdinMode stdin_mode = StdinMode::kEmpty;
  ProcessLifetime lifetime = ProcessLifetime::kAttached;
  std::optional<PtySize> pty;  // on a new terminal; output then comes as kPty
};

struct AttachRequest {
  std::string tag;
  std::int64_t pid = 0;  // when tag is empty
  std::uint64_t stdout_offset = 0;
  std::uint64_t stderr_offset = 0;
};

enum class OutputChannel { kStdout, kStderr, kPty, kGap };

struct OutputChunk {
  OutputChannel channel;
  std::string bytes;  // for kGap: why output may be missing here
};

enum class ExitReason { kExited, kKilled, kTimeout, kLost };

struct ExitStatus {
  ExitReason reason = ExitReason::kExited;
  int exit_code = 0;  // 128 + signal when killed
  int signal = 0;

  [[nodiscard]] bool success() const { return reason == ExitReason::kExited && exit_code == 0; }
};

// Destroying a handle stops watching; an attached process is killed with it, a detached one is not
// touched.
class Process {
 public:
  virtual ~Process() = default;

  // 0 where the sandbox has none.
  [[nodiscard]] virtual std::int64_t pid() const = 0;

  // Output in the order it came, one reader at a time; nullopt at the end. What is not read is
  // buffered up to a bound, then the process is held back, as by a pipe.
  [[nodiscard]] virtual Task<std::optional<OutputChunk>> next_output() = 0;

  // The exit. May be awaited before the output is read, and more than once: unread output is kept,
  // in memory and without the bound, while somebody waits.
  [[nodiscard]] virtual Task<ExitStatus> wait() = 0;

  // Returns when the sandbox has accepted the bytes.
  [[nodiscard]] virtual Task<void> write_stdin(std::string_view bytes) = 0;
  [[nodiscard]] virtual Task<void> close_stdin() = 0;

  // To the whole tree. Nothing when it has ended.
  [[nodiscard]] virtual Task<void> signal(int number) = 0;
  [[nodiscard]] virtual Task<void> resize(PtySize size) = 0;
};

}  // namespace sandport
