#include "error_text.hpp"

#include <sandport/utf8.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "json_access.hpp"

namespace openai {
namespace {

using Json = nlohmann::json;

// Without line ends and runs of blanks, of bounded length.
std::string one_line(std::string_view text) {
  constexpr std::size_t kMost = 300;
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
    if (line.size() > kMost * 2) break;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  const std::size_t keep = sandport::utf8_prefix(line, kMost);
  const bool cut = keep < line.size();
  return sandport::printable(std::string_view(line).substr(0, keep)) + (cut ? "…" : "");
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return result;
}

std::string html_title(std::string_view page) {
  const std::string folded = lower(page);
  for (const std::string_view tag : {"title", "h1"}) {
    const std::size_t open = folded.find("<" + std::string(tag));
    const std::size_t start = open == std::string::npos ? open : folded.find('>', open);
    const std::size_t end =
        start == std::string::npos ? start : folded.find("</" + std::string(tag), start);
    if (end != std::string::npos) return one_line(page.substr(start + 1, end - start - 1));
  }
  return {};
}

}  // namespace

ErrorText read_error(const Json& error) {
  ErrorText text;
  if (error.is_string()) {
    text.message = one_line(error.get_ref<const std::string&>());
  } else {
    text.message = one_line(text_member(error, "message"));
    text.type = text_member(error, "type");
    text.reason = text_member(error, "code");
    if (text.reason.empty()) text.reason = text.type;
  }
  if (text.message.empty()) text.message = one_line(error.dump());
  return text;
}

ErrorText read_error_body(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  body.remove_prefix(first);
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (json.is_object()) {
    if (const Json* error = member(json, "error")) {
      ErrorText text = read_error(*error);
      if (error->is_string() && json.contains("message"))
        text.message = one_line(text_member(json, "message"));
      return text;
    }
    for (const char* key : {"message", "detail", "error_msg", "msg"}) {
      const Json* value = member(json, key);
      if (value == nullptr) continue;
      ErrorText text;
      text.message =
          one_line(value->is_string() ? value->get_ref<const std::string&>() : value->dump());
      return text;
    }
    return read_error(json);
  }
  ErrorText text;
  if (body.front() == '<') {
    const std::string title = html_title(body);
    text.message = title.empty() ? "an HTML page" : "an HTML page, \"" + title + "\"";
  } else {
    text.message = one_line(body);
  }
  return text;
}

}  // namespace openai
