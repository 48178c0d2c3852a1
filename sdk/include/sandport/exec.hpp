// What to start in a sandbox, and how it ended: used by tools and by backends.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/text.hpp>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace sandport {
inline namespace v1 {

enum class Stdin { kClosed, kPipe };
enum class Lifetime { kAttached, kDetached };  // detached: goes on when we are gone
enum class OnCancel { kStopWatching, kKill };

struct ExecRequest {
  // Not an aggregate: g++ 12 destroys those twice inside an awaited expression.
  ExecRequest() = default;

  std::vector<std::string> argv;         // argv[0] is looked up in the sandbox's PATH; no shell
  Pairs env;                             // added to the sandbox's own
  std::string cwd;                       // absolute; empty: the sandbox's work_dir
  std::string user;                      // empty: the sandbox's default
  std::string tag;                       // a name for attach
  std::chrono::milliseconds timeout{0};  // zero: none
  Stdin stdin_mode = Stdin::kClosed;
  Lifetime lifetime = Lifetime::kAttached;
  OnCancel on_cancel = OnCancel::kStopWatching;

  // `command` for the sandbox's POSIX shell.
  [[nodiscard]] static ExecRequest shell(std::string command) {
    ExecRequest request;
    request.argv = {"/bin/sh", "-c", std::move(command)};
    return request;
  }
};

enum class ExitReason : std::uint32_t {
  kExited = SP_EXIT_EXITED,
  kKilled = SP_EXIT_KILLED,
  kTimeout = SP_EXIT_TIMEOUT,
  kLost = SP_EXIT_LOST,
};

struct ExitStatus {
  ExitReason reason = ExitReason::kExited;
  int exit_code = 0;  // 128 + signal when killed
  int signal = 0;
  [[nodiscard]] bool ok() const noexcept { return reason == ExitReason::kExited && exit_code == 0; }
};

// Which process, and from where on its kept output is wanted.
struct AttachRequest {
  AttachRequest() = default;

  std::string tag;
  std::int64_t pid = 0;  // when tag is empty
  std::uint64_t stdout_offset = 0;
  std::uint64_t stderr_offset = 0;
};

struct TerminalSize {
  std::uint16_t rows = 24;
  std::uint16_t columns = 80;
};

// Called by the SDK to end an operation whose result is an ExitStatus.
inline void finish(sp_sink* sink, const ExitStatus& exit) {
  const sp_exit raw{kStructSize<sp_exit>, static_cast<std::uint32_t>(exit.reason), exit.exit_code,
                    exit.signal};
  const auto status = detail::plain_status(SP_OK, {});
  sink->done(sink, &status, sp_bytes{&raw, sizeof raw});
}

namespace detail {

// Reads a struct of the ABI whose size its maker chose.
template <class Raw>
[[nodiscard]] Raw read_struct(sp_bytes bytes, const char* what) {
  if (bytes.size < sizeof(std::uint32_t)) {
    throw Error(SP_INTERNAL, std::string{"a malformed "} + what + " came back");
  }
  Raw raw{};
  std::memcpy(&raw, bytes.data, bytes.size < sizeof raw ? bytes.size : sizeof raw);
  return raw;
}

[[nodiscard]] inline ExitStatus to_exit(sp_bytes bytes) {
  const auto raw = read_struct<sp_exit>(bytes, "sp_exit");
  return {static_cast<ExitReason>(raw.reason), raw.exit_code, raw.signal};
}

[[nodiscard]] inline ExecRequest from_abi(const sp_exec& raw) {
  ExecRequest request;
  request.argv.reserve(raw.argc);
  for (std::size_t i = 0; i < raw.argc; ++i) request.argv.push_back(to_string(raw.argv[i]));
  for (std::size_t i = 0; i < raw.env_count; ++i) {
    request.env.emplace_back(to_string(raw.env[i].name), to_string(raw.env[i].value));
  }
  request.cwd = to_string(raw.cwd);
  request.user = to_string(raw.user);
  request.tag = to_string(raw.tag);
  request.timeout = std::chrono::milliseconds{
      static_cast<std::int64_t>(raw.timeout_ms < INT64_MAX ? raw.timeout_ms : INT64_MAX)};
  if ((raw.flags & SP_EXEC_STDIN) != 0) request.stdin_mode = Stdin::kPipe;
  if ((raw.flags & SP_EXEC_DETACH) != 0) request.lifetime = Lifetime::kDetached;
  if ((raw.flags & SP_EXEC_KILL_ON_CANCEL) != 0) request.on_cancel = OnCancel::kKill;
  if (request.argv.empty()) throw Error(SP_INVALID_ARGUMENT, "exec needs a command");
  return request;
}

[[nodiscard]] inline AttachRequest from_abi(const sp_attach& raw) {
  AttachRequest request;
  request.tag = to_string(raw.tag);
  request.pid = raw.pid;
  request.stdout_offset = raw.stdout_offset;
  request.stderr_offset = raw.stderr_offset;
  return request;
}

// The ABI's view of a request; valid while the request is unchanged.
class RawExec {
 public:
  explicit RawExec(const ExecRequest& request) : env_(to_abi(request.env)) {
    argv_.reserve(request.argv.size());
    for (const auto& word : request.argv) argv_.push_back(to_str(word));
    raw_.struct_size = kStructSize<sp_exec>;
    raw_.flags = flag(request.stdin_mode == Stdin::kPipe, SP_EXEC_STDIN) |
                 flag(request.lifetime == Lifetime::kDetached, SP_EXEC_DETACH) |
                 flag(request.on_cancel == OnCancel::kKill, SP_EXEC_KILL_ON_CANCEL);
    raw_.argv = argv_.data();
    raw_.argc = argv_.size();
    raw_.env = env_.data();
    raw_.env_count = env_.size();
    raw_.cwd = to_str(request.cwd);
    raw_.user = to_str(request.user);
    raw_.tag = to_str(request.tag);
    raw_.timeout_ms = milliseconds<std::uint64_t>(request.timeout);
  }
  RawExec(const RawExec&) = delete;
  RawExec& operator=(const RawExec&) = delete;
  [[nodiscard]] const sp_exec* get() const noexcept { return &raw_; }

 private:
  std::vector<sp_str> argv_;
  std::vector<sp_pair> env_;
  sp_exec raw_{};
};

}  // namespace detail
}  // namespace v1
}  // namespace sandport
