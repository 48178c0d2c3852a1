#include "host/manifest/lexical_checks.hpp"

#include <array>
#include <utility>

namespace sandport::manifest {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::size_t skip_properties(std::string_view text, std::size_t offset) {
  while (offset < text.size() && (text[offset] == '&' || text[offset] == '!')) {
    offset = text.find_first_of(kBlank, offset);
    offset =
        offset == std::string_view::npos ? text.size() : text.find_first_not_of(kBlank, offset);
    if (offset == std::string_view::npos) return text.size();
  }
  return offset;
}

// The offset behind the closing quote.
std::optional<std::size_t> end_of_quoted(std::string_view text, std::size_t offset) {
  const char mark = text[offset];
  for (std::size_t i = offset + 1; i < text.size(); ++i) {
    if (mark == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == mark) {
      if (mark == '"' || i + 1 >= text.size() || text[i + 1] != mark) return i + 1;
      ++i;
    }
  }
  return std::nullopt;
}

bool is_quote(std::string_view text, std::size_t offset) {
  return offset < text.size() && (text[offset] == '"' || text[offset] == '\'');
}

}  // namespace

bool is_quote_closed(std::string_view text, std::size_t offset) {
  offset = skip_properties(text, offset);
  return !is_quote(text, offset) || end_of_quoted(text, offset).has_value();
}

bool key_has_colon(std::string_view text, std::size_t offset, std::string_view plain_key) {
  offset = skip_properties(text, offset);
  if (is_quote(text, offset)) {
    offset = end_of_quoted(text, offset).value_or(text.size());
  } else {
    offset += plain_key.size();
  }
  offset = offset < text.size() ? text.find_first_not_of(" \t", offset) : std::string_view::npos;
  return offset != std::string_view::npos && text[offset] == ':';
}

std::optional<Location> find_indenting_tab(const Sources& sources, Location error) {
  for (std::uint32_t line = error.line; line > 0 && line + 2 > error.line; --line) {
    const std::string_view text = sources.line(error.source, line);
    const std::size_t content = text.find_first_not_of(" \t");
    const std::size_t tab = text.substr(0, content).find('\t');
    if (tab != std::string_view::npos) {
      return Location{error.source, line, static_cast<std::uint32_t>(tab + 1)};
    }
  }
  return std::nullopt;
}

std::string explain_syntax_error(std::string_view message, std::string_view line) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kExplained{{
      {"illegal map value",
       "a `:` is not allowed here; put quotes around a value that contains \": \""},
      {"end of map flow not found", "this `{` is not closed by a `}`"},
      {"end of sequence flow not found", "this `[` is not closed by a `]`"},
      {"illegal EOF in scalar", "a quote is opened but never closed"},
      {"illegal block entry", "a list item (`- `) is not allowed here; check the indentation"},
      {"illegal map key", "a key is not allowed here; check the indentation"},
      {"end of map not found", "this line does not continue the map above; check its indentation"},
      {"end of sequence not found",
       "this line does not continue the list above; check its indentation"},
      {"unknown token", "this character cannot start a value; put quotes around the value"},
  }};
  std::string result = "not valid YAML: ";
  std::string_view explanation = message;
  for (const auto& [said, meant] : kExplained) {
    if (message == said) explanation = meant;
  }
  result += explanation;
  if (message.find("flow") != std::string_view::npos && line.find("${") != std::string_view::npos) {
    result += "; inside {…} and […] put quotes around \"${…}\"";
  }
  return result;
}

}  // namespace sandport::manifest
