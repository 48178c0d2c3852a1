// What the plugin and the supervisor of one process say to each other.
//
// The supervisor is started with these descriptors, reads one request from kRequestFd, and then
// exchanges fixed-size messages on kControlFd and on every connection to kListenFd (all of them
// SOCK_SEQPACKET, so that a message is never torn).
#pragma once

#include <cstdint>

namespace sandport_local {

// 0, 1 and 2 are the process's own. What a request does not use is /dev/null.
enum SupervisorFd : int {
  kRequestFd = 3,    // a memory file with one Request and its strings
  kControlFd = 4,    // to the plugin that started us
  kOutputFd = 5,     // where stdout can be read, or the terminal's master
  kErrorFd = 6,      // where stderr can be read
  kInputFd = 7,      // where stdin can be written (detached only)
  kDirectoryFd = 8,  // the process's own directory (detached only)
  kListenFd = 9,     // for later plugins (detached only)
  kSupervisorFds = 10
};

enum RequestFlag : std::uint32_t {
  kRequestPty = 1u << 0,
  kRequestDetached = 1u << 1,
  kRequestInput = 1u << 2,    // kInputFd is a pipe
  kRequestIdentity = 1u << 3  // uid, gid and groups are to be taken on
};

constexpr std::uint32_t kRequestMagic = 0x73707631;

// Followed by group_count gid_t values, then by strings, each ended by NUL: cwd, argc arguments,
// envc "NAME=value" entries.
struct Request {
  std::uint32_t magic = kRequestMagic;
  std::uint32_t flags = 0;
  std::uint64_t timeout_ms = 0;     // 0: none
  std::uint64_t grace_ms = 0;       // how long output may trail the exit
  std::uint64_t journal_bytes = 0;  // most that is kept of each stream (detached)
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t group_count = 0;
  std::uint32_t argc = 0;
  std::uint32_t envc = 0;
  std::uint32_t reserved = 0;
};

enum class MessageType : std::uint32_t {
  // To the plugin.
  kStarted = 1,  // a: pid. On a later connection also: flags in b, and descriptors ride along
  kFailed = 2,   // a: Stage, b: errno. Nothing runs
  kExited = 3,   // a: Reason, b: exit code, c: signal; x, y: journalled bytes of both streams
  kOutput = 4,   // x, y: journalled bytes of both streams so far (detached)
  // To the supervisor.
  kSignal = 10,      // a: number, to the whole tree; SIGKILL until nothing is left
  kDrain = 11,       // nobody reads the output any more: read it and throw it away
  kCloseInput = 12,  // give up kInputFd
};

enum class Stage : std::int32_t { kDirectory = 1, kExecute = 2, kIdentity = 3, kSystem = 4 };

// As SP_EXIT_*.
enum class Reason : std::int32_t { kExited = 0, kKilled = 1, kTimeout = 2, kLost = 3 };

struct Message {
  MessageType type{};
  std::int32_t a = 0;
  std::int32_t b = 0;
  std::int32_t c = 0;
  std::uint64_t x = 0;
  std::uint64_t y = 0;
};

// Files in a detached process's directory. Output lies in segments "stdout.N", "stderr.N" and
// "pty.N", where N is the offset of the first byte, 20 digits.
constexpr const char* kPidFile = "pid";    // "PID\n"
constexpr const char* kExitFile = "exit";  // "REASON CODE SIGNAL BYTES BYTES\n"
constexpr const char* kControlName = "control";
constexpr const char* kRequestFile = "request.json";

}  // namespace sandport_local
