#include "host/command/template_progress.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "core/json_text.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

}  // namespace

BuildListener TemplateProgress::listener() {
  BuildListener listener;
  listener.on_log = [this](std::string_view json) { on_log(json); };
  listener.on_progress = [this](std::string_view line) { on_progress(line); };
  return listener;
}

void TemplateProgress::on_log(std::string_view json) {
  const Json entry = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!entry.is_object()) return;
  if (const std::string id = text_of(entry, "template_id"); !id.empty()) template_id_ = id;
  if (const std::string id = text_of(entry, "build_id"); !id.empty()) build_id_ = id;
  if (format_ == OutputFormat::kStreamJson) {
    Json event = entry;
    event["type"] = "log";
    std::cout << json_text(event) << std::endl;
  } else if (format_ == OutputFormat::kText) {
    show(entry);
  }
}

void TemplateProgress::show(const Json& entry) {
  const std::string step = text_of(entry, "step");
  const std::string level = text_of(entry, "level");
  std::string line;
  if (!step.empty()) line = terminal_.styled(Style::kCyan, '[' + printable(step) + "] ");
  const std::string message = printable(text_of(entry, "message"));
  if (level == "error") {
    line += terminal_.styled(Style::kRed, message);
  } else if (level == "warn") {
    line += terminal_.styled(Style::kYellow, message);
  } else {
    line += level == "debug" ? terminal_.styled(Style::kDim, message) : message;
  }
  std::cerr << line << std::endl;
}

void TemplateProgress::on_progress(std::string_view line) {
  if (format_ == OutputFormat::kStreamJson) {
    std::cout << json_text(Json{{"type", "progress"}, {"message", line}}) << std::endl;
  } else if (format_ == OutputFormat::kText) {
    std::cerr << terminal_.styled(Style::kBold, "==> ") << printable(line) << std::endl;
  }
}

}  // namespace sandport
