// Rolls dice: a whole plugin, with a tool that blocks and a tool that waits.
#include <charconv>
#include <chrono>
#include <random>
#include <sandport/plugin.hpp>

namespace {
using namespace sandport;

// The value of `"name": number` in a flat JSON object, or `otherwise`. Real tools use a JSON
// library.
int number(const std::string& json, std::string_view name, int otherwise) {
  const auto key = json.find("\"" + std::string{name} + "\"");
  const auto start = json.find_first_of("-0123456789", key);
  if (key == std::string::npos || start == std::string::npos) return otherwise;
  int value = otherwise;
  std::from_chars(json.data() + start, json.data() + json.size(), value);
  return value;
}

// Runs on a thread of the host's pool.
ToolResult roll(Call& call) {
  const int count = number(call.args(), "count", 1);
  if (count < 1 || count > 1000) return ToolResult::error("count is 1 to 1000");
  std::random_device entropy;
  std::uniform_int_distribution<int> die{1, 6};
  int total = 0;
  for (int i = 0; i < count; ++i) {
    call.check();  // leaves here when the host cancels
    total += die(entropy);
  }
  return std::to_string(total);
}

// Takes no thread while it waits.
Task<ToolResult> wait_and_see(Call& call) {
  co_await call.progress("waiting for the dice to settle");
  co_await sleep_for(call.host(), std::chrono::milliseconds{number(call.args(), "ms", 10)});
  co_return "settled";
}

std::vector<Tool> make_tools(Host, std::string_view /*config*/) {
  return {{"roll",
           "Roll dice",
           "Rolls six-sided dice and returns the sum.",
           R"({"type":"object","properties":{"count":{"type":"integer","minimum":1}}})",
           {.read_only = true},
           roll},
          {"wait_and_see",
           "Wait",
           "Waits some milliseconds.",
           R"({"type":"object","properties":{"ms":{"type":"integer","minimum":0}}})",
           {.read_only = true},
           wait_and_see}};
}
}  // namespace

SANDPORT_TOOLSET("com.example.dice", "1.0.0", "MIT", R"({"type":"object"})", make_tools)
