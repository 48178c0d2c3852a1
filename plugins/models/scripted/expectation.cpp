#include "expectation.hpp"

#include <sandport/utf8.hpp>

#include <boost/regex.hpp>

namespace scripted {
namespace {

std::string one_line(std::string_view text) {
  constexpr std::size_t kMost = 400;
  std::string line = "\"";
  for (const char c : text.substr(0, sandport::utf8_prefix(text, kMost))) {
    if (c == '\n') {
      line += "\\n";
    } else {
      line += c;
    }
  }
  return line + (text.size() > kMost ? "…\"" : "\"");
}

std::string subject(const Expectation& expectation) {
  std::string text = "a tool result";
  if (expectation.index) text = "tool result " + std::to_string(*expectation.index);
  if (!expectation.tool.empty()) text += " of " + expectation.tool;
  return text;
}

std::string names(std::span<const ToolResult> results) {
  std::string text;
  for (const ToolResult& result : results) text += (text.empty() ? "" : ", ") + result.tool;
  return text.empty() ? "no results" : "results of " + text;
}

bool found(const std::string& pattern, const std::string& text) {
  try {
    return boost::regex_search(text, boost::regex(pattern));
  } catch (const std::runtime_error&) {  // the pattern is too costly for this text
    return false;
  }
}

// What about the result is not as expected, or empty.
std::string problem(const Expectation& expectation, const ToolResult& result) {
  const auto has = [&](const std::string& part) {
    return result.text.find(part) != std::string::npos;
  };
  if (expectation.is_error && *expectation.is_error != result.is_error) {
    return *expectation.is_error ? "to be an error" : "not to be an error";
  }
  if (expectation.contains && !has(*expectation.contains)) {
    return "to contain " + one_line(*expectation.contains);
  }
  if (expectation.not_contains && has(*expectation.not_contains)) {
    return "not to contain " + one_line(*expectation.not_contains);
  }
  if (expectation.equals && *expectation.equals != result.text) {
    return "to equal " + one_line(*expectation.equals);
  }
  if (expectation.matches && !found(*expectation.matches, result.text)) {
    return "to match " + one_line(*expectation.matches);
  }
  return {};
}

}  // namespace

std::string unmet(const Expectation& expectation, std::span<const ToolResult> results) {
  std::string complaint;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ToolResult& result = results[i];
    if (expectation.index && *expectation.index != i) continue;
    if (!expectation.tool.empty() && expectation.tool != result.tool) continue;
    const std::string wrong = problem(expectation, result);
    if (wrong.empty()) return {};
    complaint = "expected " + subject(expectation) + " " + wrong + ", but it was " +
                (result.is_error ? "the error " : "") + one_line(result.text);
  }
  if (!complaint.empty()) return complaint;
  return "expected " + subject(expectation) + ", but there were " + names(results);
}

}  // namespace scripted
