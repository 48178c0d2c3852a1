#include "host/command/plugin_report.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "core/json_text.hpp"

namespace sandport {

bool PluginReport::attempt(const std::string& check, const std::function<void()>& work) {
  try {
    work();
    return true;
  } catch (const std::exception& error) {
    bad(check, error.what());
    return false;
  }
}

// As text at once: a plugin that ends the process has then been named.
void PluginReport::add(const char* state, const std::string& check, const std::string& finding) {
  if (format_ == OutputFormat::kJson) {
    found_.push_back({state, check, finding});
    return;
  }
  const std::string_view name = state;
  const std::string mark = name == "ok"    ? terminal_.styled(Style::kGreen, "ok    ")
                           : name == "bad" ? terminal_.styled(Style::kRed, "BAD   ")
                                           : terminal_.styled(Style::kDim, "skip  ");
  std::cout << mark << printable(check) << ": " << printable(finding) << std::endl;
}

ExitCode PluginReport::finish() {
  if (format_ == OutputFormat::kJson) {
    auto array = nlohmann::ordered_json::array();
    for (const Finding& entry : found_) {
      array.push_back({{"check", entry.check}, {"state", entry.state}, {"finding", entry.finding}});
    }
    std::cout << json_text(array, JsonLayout::kIndented) << '\n';
  }
  return healthy_ ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace sandport
