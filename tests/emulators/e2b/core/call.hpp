// One request on its way through the emulator, and the table of those that are answered.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/emulators/e2b/core/failure.hpp"
#include "tests/emulators/e2b/core/target.hpp"
#include "tests/emulators/e2b/core/world.hpp"
#include "tests/support/http_server.hpp"

namespace sandport::e2b_emulator {

struct Call {
  testing::Exchange& exchange;
  World& world;
  RequestTarget target;
  std::vector<std::string> parts;            // what the pattern's {} stood for
  std::shared_ptr<EmulatedSandbox> sandbox;  // of the edge's requests
  std::optional<Rule> rule;                  // a fault that the answer itself has to commit

  [[nodiscard]] std::string header(std::string_view name) const;
  // Throws HttpFailure 400 when the body is no JSON object. Empty counts as {}.
  [[nodiscard]] Task<nlohmann::json> read_json();
  [[nodiscard]] Task<void> reply(int status, const nlohmann::json& body, std::string headers = {});
  [[nodiscard]] Task<void> reply_empty(int status);
};

using CallHandler = std::function<Task<void>(Call&)>;

// Patterns are paths in which {} stands for one segment.
class Routes {
 public:
  void add(std::string method, std::string_view pattern, CallHandler handler);

  // The handler, with call.parts filled in. Throws HttpFailure 404, or 405 when only the method is
  // unknown.
  [[nodiscard]] const CallHandler& find(Call& call) const;

 private:
  struct Entry {
    std::string method;
    std::vector<std::string> segments;
    CallHandler handler;
  };
  std::vector<Entry> entries_;
};

// {"code": …, "message": …}
[[nodiscard]] std::string failure_body(int status, std::string_view message);

}  // namespace sandport::e2b_emulator
