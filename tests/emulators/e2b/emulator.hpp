// An E2B cloud on 127.0.0.1 for tests: control API, edge and envd in front of real local sandboxes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/emulators/e2b/rule.hpp"

namespace sandport::e2b_emulator {

// Which generation of the routes for create and connect is answered; the other one is 404.
enum class RouteGeneration { kBoth, kFirst, kSecond };

// kNamespace: commands see the sandbox as `/`, in a user and mount namespace of their own.
// kNone: they see this machine, with HOME and the working directory inside the sandbox.
// kBest: the first where this machine permits it.
enum class Isolation { kBest, kNamespace, kNone };

struct EmulatorOptions {
  std::string api_key = "e2b_0123456789abcdef0123456789abcdef01234567";
  std::string envd_version = "0.6.13";
  // Where the local backend's plugin lies. Empty: where this build put it.
  std::filesystem::path plugins;
  RouteGeneration routes = RouteGeneration::kBoth;
  Isolation isolation = Isolation::kBest;
  std::size_t most_sandboxes = 100;  // running at once; one more is 429
  std::chrono::seconds longest_life = std::chrono::hours(24);
  std::vector<std::string> templates{"base", "code-interpreter-v1"};
};

// A request as it arrived, without its body.
struct SeenRequest {
  std::string method;
  std::string target;      // path and query
  std::string sandbox_id;  // empty for the control API
  std::vector<std::pair<std::string, std::string>> headers;

  // "" when there is none; names in any case.
  [[nodiscard]] std::string header(std::string_view name) const;
};

// Listens from the constructor to the destructor, which ends every sandbox and removes its files.
// Any thread may call any member. Throws Error when the local backend cannot be loaded.
class Emulator {
 public:
  explicit Emulator(EmulatorOptions options = {});
  ~Emulator();
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // One address for both: E2B_API_URL and E2B_SANDBOX_URL. Without a slash at the end.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] const std::string& api_key() const;
  // What commands get, never kBest.
  [[nodiscard]] Isolation isolation() const;

  // Rules are tried in the order they were added; the first that matches is applied.
  void add_rule(Rule rule);
  void clear_rules();
  // All since the start or the last clear, oldest first; the emulator's own routes are left out.
  [[nodiscard]] std::vector<SeenRequest> requests() const;
  void clear_requests();

  // Behind the client's back. Each throws Error kNotFound for an id that does not run.
  void pause(const std::string& sandbox_id);
  void expire(const std::string& sandbox_id);  // as at its deadline: pauses it if it asked for that
  void kill(const std::string& sandbox_id);
  // Ids of those that run or are paused, in order of creation.
  [[nodiscard]] std::vector<std::string> sandboxes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport::e2b_emulator
