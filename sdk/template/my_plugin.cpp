// A plugin to start from: one toolset with one tool. Change the id, the names and the handler.
#include <sandport/plugin.hpp>

namespace {
using namespace sandport;

// Runs in the sandbox that the session has, whichever backend made it.
Task<ToolResult> kernel(Call& call) {
  auto result = co_await call.sandbox().run(ExecRequest::shell("uname -a"));
  if (!result.exit.ok()) co_return ToolResult::error("uname failed: " + result.err.text());
  co_return result.out.text();
}

std::vector<Tool> make_tools(Host /*host*/, std::string_view /*config*/) {
  return {{"kernel",
           "Kernel",
           "Tells which kernel the sandbox runs.",
           R"({"type":"object","properties":{}})",
           {.read_only = true},
           kernel}};
}

constexpr auto kSchema = R"({"type":"object","properties":{},"additionalProperties":false})";
}  // namespace

SANDPORT_PLUGIN("com.example.my_plugin", "0.1.0", "MIT", "A plugin to start from",
                toolset_kind<make_tools>("my_plugin", "Tools to start from", kSchema))
