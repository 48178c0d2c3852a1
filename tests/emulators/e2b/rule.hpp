// A fault that the emulator commits on purpose, and when.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandport::e2b_emulator {

enum class Fault {
  kStatus,         // answers `status`, `headers`, `body` instead of doing anything
  kHtml,           // the same with an HTML page and, unless set, 502
  kDrop,           // closes the connection when `bytes` bytes of the answer's body were sent
  kLostReply,      // does all, then closes without a byte of an answer
  kStall,          // never says anything (again) once `bytes` bytes of the body were sent
  kSlowRead,       // takes the request's body in pieces with `delay` between them
  kDelay,          // waits for `delay`, then goes on as usual
  kGarbage,        // 200 with bytes that mean nothing; in a stream, after `frames` good frames
  kHalfFrame,      // in a stream: after `frames` frames half of one, then the end of the body
  kNoEndFrame,     // in a stream: all frames but the last, then the end of the body
  kGiantFrame,     // in a stream: after `frames` frames one that claims 4 GiB
  kSilence,        // in a stream: after `frames` frames nothing more, not even keepalives
  kPauseSandbox,   // pauses the request's sandbox first; in a stream, after `frames` frames
  kExpireSandbox,  // ends it, likewise
};

struct Rule {
  Fault fault = Fault::kStatus;
  std::string method;  // empty: any
  std::string path;    // without the query; `*` stands for any text. Empty: any
  int after = 0;       // so many matching requests are left alone first
  int count = 1;       // then so many are hit; -1: all
  int status = 503;
  std::map<std::string, std::string> headers;
  std::string body;
  std::uint64_t bytes = 0;
  int frames = 0;
  std::chrono::milliseconds delay{0};
};

// {"fault": "status", "path": "/sandboxes", "status": 429, "delay_ms": 10, …}: the members' names.
// Throws Error kInvalidArgument for an unknown fault or member, or a value of the wrong type.
[[nodiscard]] Rule rule_from_json(const nlohmann::json& json);
[[nodiscard]] std::string_view fault_name(Fault fault);

// Which rule hits which request.
class Rules {
 public:
  void add(Rule rule);
  void clear() { rules_.clear(); }
  // Counts the request. The first rule that matches and is due.
  [[nodiscard]] std::optional<Rule> match(std::string_view method, std::string_view path);

 private:
  struct Counted {
    Rule rule;
    int seen = 0;
  };
  std::vector<Counted> rules_;
};

}  // namespace sandport::e2b_emulator
