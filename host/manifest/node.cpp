#include "host/manifest/node.hpp"
#include "host/manifest/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <system_error>

#include <fmt/format.h>

namespace sandport::manifest {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

template <typename Number>
bool parse_whole(std::string_view digits, Number& number, int base) {
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  return error == std::errc{} && end == digits.data() + digits.size();
}

bool parse_integer(std::string_view text, std::int64_t& number) {
  if (text.starts_with("0x") || text.starts_with("0o")) {
    return !text.substr(2).starts_with('-') &&
           parse_whole(text.substr(2), number, text[1] == 'x' ? 16 : 8);
  }
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return false;
  }
  return parse_whole(text, number, 10);
}

// [-+]? ( . digits | digits ( . digits? )? ) ( [eE] [-+]? digits )?
bool looks_like_float(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i > begin;
  };
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  const bool whole = digits();
  bool fraction = false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    fraction = digits();
  }
  if (!whole && !fraction) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (!digits()) return false;
  }
  return i == text.size();
}

bool parse_float(std::string_view text, double& number) {
  if (!looks_like_float(text)) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(number);
}

bool is_plain_key(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  });
}

}  // namespace

bool Node::is_scalar() const {
  return kind != Kind::kList && kind != Kind::kMap && kind != Kind::kInvalid;
}

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

void Node::erase(std::string_view key) {
  std::erase_if(entries, [&](const Entry& entry) { return entry.key == key; });
}

// Infinity and not-a-number stay strings: JSON, which plugins receive, cannot carry them.
void resolve_type(Node& scalar) {
  scalar.kind = Node::Kind::kString;
  if (scalar.style == Node::Style::kQuoted) return;
  const std::string_view text = scalar.text;
  if (is_one_of(text, {"null", "Null", "NULL", "~"})) {
    scalar.kind = Node::Kind::kNull;
  } else if (is_one_of(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) {
    scalar.kind = Node::Kind::kBool;
    scalar.boolean = text[0] == 't' || text[0] == 'T';
  } else if (parse_integer(text, scalar.integer)) {
    scalar.kind = Node::Kind::kInteger;
  } else if (parse_float(text, scalar.real)) {
    scalar.kind = Node::Kind::kFloat;
  }
}

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kBool:
      return "a boolean";
    case Node::Kind::kInteger:
      return "an integer";
    case Node::Kind::kFloat:
      return "a number";
    case Node::Kind::kString:
      return "a string";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
    case Node::Kind::kInvalid:
      break;
  }
  return "an invalid value";
}

std::string child_path(std::string_view path, std::string_view key) {
  const std::string shown = is_plain_key(key) ? std::string(key) : fmt::format("\"{}\"", key);
  return path.empty() ? shown : fmt::format("{}.{}", path, shown);
}

std::string child_path(std::string_view path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

}  // namespace sandport::manifest
