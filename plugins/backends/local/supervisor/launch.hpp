// Reads the request and starts the process that it asks for.
#pragma once

#include <sys/types.h>

#include <vector>

#include "supervisor/protocol.hpp"

namespace sandport_local {

// A request as it lies in memory; the pointers lead into `bytes`.
struct ParsedRequest {
  Request head;
  std::vector<char> bytes;
  std::vector<gid_t> groups;
  const char* directory = nullptr;
  std::vector<char*> arguments;    // ends with NULL
  std::vector<char*> environment;  // ends with NULL

  [[nodiscard]] bool has(RequestFlag flag) const { return (head.flags & flag) != 0; }
};

// false when the descriptor holds no whole request.
bool read_request(int fd, ParsedRequest* request);

struct LaunchResult {
  pid_t pid = -1;  // -1: failed
  Stage stage = Stage::kSystem;
  int error = 0;
};

// Descriptors 0, 1 and 2 become the child's, everything else must be close-on-exec. The child gets
// its own session, default signals, and dies with this process.
LaunchResult launch(const ParsedRequest& request);

}  // namespace sandport_local
