#include "build_log.hpp"

#include <nlohmann/json.hpp>

namespace e2b_template {
namespace {

constexpr char kEscape = '\x1b';

// The end of the escape sequence at the start of `text`.
std::size_t sequence_length(std::string_view text) {
  if (text.size() < 2) return text.size();
  std::size_t i = 2;
  if (text[1] == '[') {  // CSI: parameters, then one final byte
    while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
    return std::min(i + 1, text.size());
  }
  if (text[1] == ']') {  // OSC: up to BEL or ESC \.
    while (i < text.size() && text[i] != '\a' && text[i] != kEscape) ++i;
    if (i < text.size() && text[i] == kEscape) ++i;
    return std::min(i + 1, text.size());
  }
  return 2;
}

std::string text_of(const nlohmann::json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const char c = text.front();
    if (c == kEscape) {
      text.remove_prefix(sequence_length(text));
      continue;
    }
    text.remove_prefix(1);
    if (static_cast<unsigned char>(c) >= 0x20 ? c != 0x7F : c == '\n' || c == '\t') plain += c;
  }
  while (plain.ends_with('\n')) plain.pop_back();
  return plain;
}

sandport::Task<void> BuildLog::entry(nlohmann::json entry) {
  nlohmann::ordered_json event = nlohmann::ordered_json::object();
  if (const auto at = text_of(entry, "timestamp"); !at.empty()) event["at"] = at;
  const auto level = text_of(entry, "level");
  event["level"] = level.empty() ? "info" : level;
  const std::string step = text_of(entry, "step");
  if (!step.empty()) event["step"] = step;
  const std::string message = plain_text(text_of(entry, "message"));
  event["message"] = message;
  event["template_id"] = ids_.template_id;
  event["build_id"] = ids_.build_id;
  kept_.push_back({step, message});
  if (kept_.size() > kKept * 4) kept_.pop_front();
  const std::string json = event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  co_await sink_.log(json);
}

sandport::Task<void> BuildLog::say(std::string line) { co_await sink_.progress(line); }

std::deque<std::string> BuildLog::last_of(std::string_view step) const {
  std::deque<std::string> lines;
  for (auto kept = kept_.rbegin(); kept != kept_.rend() && lines.size() < kKept; ++kept) {
    if (step.empty() || kept->step == step) lines.push_front(kept->message);
  }
  if (lines.empty() && !step.empty()) return last_of({});
  return lines;
}

}  // namespace e2b_template
