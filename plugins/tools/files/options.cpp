#include "options.hpp"

#include <sandport/units.hpp>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace files {
namespace {

using nlohmann::json;

template <typename Number>
void read_size(const json& options, const char* key, Number& value) {
  const auto given = options.find(key);
  if (given == options.end()) return;
  const auto parsed = sandport::parse_size(given->get<std::string>());
  if (!parsed || *parsed == 0) {
    throw std::invalid_argument(std::string(key) + ": must be a size such as 100KiB");
  }
  value = static_cast<Number>(*parsed);
}

template <typename Number>
void read_count(const json& options, const char* key, Number& value) {
  const auto given = options.find(key);
  if (given != options.end()) value = given->get<Number>();
}

void read_guard(const json& options, const char* key, Guard& guard) {
  const auto given = options.find(key);
  if (given != options.end()) guard = given->get<bool>() ? Guard::kOff : Guard::kOn;
}

}  // namespace

Options parse_options(std::string_view config) {
  const json given = json::parse(config);
  Options options;
  read_count(given, "max_lines", options.read.lines);
  read_count(given, "max_line_length", options.read.line_length);
  read_size(given, "max_bytes", options.read.bytes);
  read_size(given, "max_edit_size", options.max_edit_size);
  read_count(given, "list_limit", options.list_limit);
  read_count(given, "glob_limit", options.glob_limit);
  read_count(given, "grep_limit", options.grep_limit);
  read_guard(given, "allow_sensitive", options.sensitive);
  read_guard(given, "allow_overwrite_unread", options.unread);
  read_guard(given, "allow_overwrite_changed", options.changed);
  return options;
}

}  // namespace files
