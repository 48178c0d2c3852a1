#include "tests/emulators/e2b/core/target.hpp"

#include <algorithm>
#include <charconv>

namespace sandport::e2b_emulator {

std::string percent_decode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned char byte = 0;
    if (text[at] == '%' && at + 2 < text.size() &&
        std::from_chars(text.data() + at + 1, text.data() + at + 3, byte, 16).ptr ==
            text.data() + at + 3) {
      decoded += static_cast<char>(byte);
      at += 2;
    } else {
      decoded += text[at] == '+' && plus == Plus::kBlank ? ' ' : text[at];
    }
  }
  return decoded;
}

std::map<std::string, std::string> parse_query(std::string_view text) {
  std::map<std::string, std::string> query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (pair.empty()) continue;
    query[percent_decode(pair.substr(0, equals), Plus::kBlank)] =
        percent_decode(value, Plus::kBlank);
  }
  return query;
}

RequestTarget parse_target(std::string_view target) {
  RequestTarget parsed;
  const std::size_t question = target.find('?');
  parsed.path = target.substr(0, question);
  if (question != std::string_view::npos) parsed.query = parse_query(target.substr(question + 1));
  std::string_view rest = parsed.path;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the slash
    const std::string_view segment = rest.substr(0, rest.find('/'));
    parsed.segments.push_back(percent_decode(segment));
    rest.remove_prefix(segment.size());
  }
  return parsed;
}

std::optional<std::string> RequestTarget::parameter(const std::string& name) const {
  const auto found = query.find(name);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

}  // namespace sandport::e2b_emulator
