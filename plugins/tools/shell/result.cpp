#include "result.hpp"

#include <nlohmann/json.hpp>

#include "render.hpp"

namespace shell {

std::string with_output(const HeadTail& output, const std::string& nothing) {
  std::string text = output.size() == 0 ? nothing : render(output);
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text;
}

nlohmann::json exit_json(const sandport::ExitStatus& exit) {
  switch (exit.reason) {
    case sandport::ExitReason::kExited:
      return {{"reason", "exited"}, {"exit_code", exit.exit_code}};
    case sandport::ExitReason::kKilled:
      return {{"reason", "killed"}, {"exit_code", exit.exit_code}, {"signal", exit.signal}};
    case sandport::ExitReason::kTimeout:
      return {{"reason", "timeout"}};
    case sandport::ExitReason::kLost:
      break;
  }
  return {{"reason", "lost"}};
}

}  // namespace shell
