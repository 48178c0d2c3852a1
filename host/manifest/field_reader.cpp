#include "host/manifest/field_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/manifest/adapt.hpp"
#include "host/manifest/duration.hpp"
#include "host/manifest/secrets.hpp"
#include "host/manifest/size.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {

std::string expected(std::string_view what, const Node& got) {
  const bool literal = got.origin == Node::Origin::kLiteral && !has_secret(got.text);
  std::string message = fmt::format("expected {}, got {}", what, kind_name(got.kind));
  if (got.kind == Node::Kind::kString && literal) {
    message = fmt::format("expected {}, got the string {}", what, quote(got.text));
  } else if (got.is_scalar() && got.kind != Node::Kind::kNull && literal) {
    message = fmt::format("expected {}, got {}", what, printable(got.text));
  }
  return message;
}

FieldReader::FieldReader(const Node& map, std::string path, std::span<const Field> fields,
                         Diagnostics& diagnostics)
    : map_(map), path_(std::move(path)), fields_(fields), diagnostics_(diagnostics) {
  check_keys();
}

void FieldReader::check_keys() const {
  for (const Entry& entry : map_.entries) {
    if (std::ranges::find(fields_, entry.key, &Field::key) != fields_.end()) continue;
    diagnostics_.add(entry.key_location, child_path(path_, entry.key),
                     unknown_name("key", entry.key, keys_of(fields_)));
  }
  for (const Field& field : fields_) {
    if (field.presence != Presence::kRequired) continue;
    const Node* value = map_.find(field.key);
    if (value == nullptr || value->kind == Node::Kind::kNull) {
      diagnostics_.add(map_.location, path_, fmt::format("the key `{}` is missing", field.key));
    }
  }
}

const Node* FieldReader::find(std::string_view key) const {
  const Node* node = map_.find(key);
  const bool usable =
      node != nullptr && node->kind != Node::Kind::kNull && node->kind != Node::Kind::kInvalid;
  return usable ? node : nullptr;
}

void FieldReader::report(const Node& node, std::string_view key, std::string message) const {
  diagnostics_.add(node.location, path_of(key), std::move(message));
}

std::optional<std::string> FieldReader::text_of(const Node& node, const std::string& path,
                                                Secrets secrets) const {
  if (node.kind == Node::Kind::kInvalid) return std::nullopt;
  const Node value = as_string_if_interpolated(node);
  if (value.kind != Node::Kind::kString) {
    std::string message = expected("a string", value);
    if (value.is_scalar() && value.kind != Node::Kind::kNull) message += "; put quotes around it";
    diagnostics_.add(node.location, path, std::move(message));
    return std::nullopt;
  }
  if (secrets == Secrets::kRefused && has_secret(value.text)) {
    diagnostics_.add(
        node.location, path,
        "a secret is not allowed here; only in a plugin's `with` and in `sandbox.env`");
    return std::nullopt;
  }
  return value.text;
}

std::optional<std::string> FieldReader::string(std::string_view key) const {
  const Node* node = find(key);
  return node != nullptr ? text_of(*node, path_of(key), Secrets::kRefused) : std::nullopt;
}

std::optional<std::string> FieldReader::word(std::string_view key) const {
  auto text = string(key);
  if (text && text->empty()) {
    report(*find(key), key, "must not be empty");
    return std::nullopt;
  }
  return text;
}

std::optional<std::int64_t> FieldReader::integer(std::string_view key, std::int64_t least) const {
  const Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const Node value = as_plain_if_interpolated(*node);
  if (value.kind == Node::Kind::kInteger && value.integer >= least) return value.integer;
  report(*node, key, expected(fmt::format("an integer from {} up", least), value));
  return std::nullopt;
}

template <typename Parse>
auto FieldReader::parsed(std::string_view key, const Parse& parse) const {
  using Result = std::optional<decltype(parse(std::string_view{}))>;
  const Node* node = find(key);
  if (node == nullptr) return Result{};
  if (!node->is_scalar()) {
    report(*node, key, expected("a number with a unit", *node));
    return Result{};
  }
  try {
    return Result{parse(node->text)};
  } catch (const Error& error) {
    report(*node, key,
           node->origin == Node::Origin::kLiteral && !has_secret(node->text)
               ? error.what()
               : std::string("expected a number with a unit; the variable's value is not one"));
    return Result{};
  }
}

std::optional<std::chrono::milliseconds> FieldReader::duration(std::string_view key) const {
  return parsed(key, parse_duration);
}

std::optional<std::uint64_t> FieldReader::size(std::string_view key) const {
  return parsed(key, parse_size);
}

std::optional<std::string> FieldReader::choice(std::string_view key) const {
  auto text = string(key);
  const auto field = std::ranges::find(fields_, key, &Field::key);
  const auto choices = split_choices(field->choices);
  if (text && std::ranges::find(choices, *text) == choices.end()) {
    const Node& node = *find(key);
    report(node, key,
           node.origin == Node::Origin::kLiteral ? unknown_name("value", *text, choices)
                                                 : "expected one of " + join(choices));
    return std::nullopt;
  }
  return text;
}

const Node* FieldReader::structure(std::string_view key, Node::Kind kind) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == kind) return node;
  report(*node, key, expected(kind_name(kind), *node));
  return nullptr;
}

std::optional<std::vector<std::string>> FieldReader::strings(std::string_view key) const {
  const Node* list = structure(key, Node::Kind::kList);
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> result;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    auto text = text_of(list->items[i], child_path(path_of(key), i), Secrets::kRefused);
    if (text) result.push_back(std::move(*text));
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> FieldReader::string_map(
    std::string_view key) const {
  std::vector<std::pair<std::string, std::string>> result;
  const Node* map = structure(key, Node::Kind::kMap);
  if (map == nullptr) return result;
  for (const Entry& entry : map->entries) {
    auto text = text_of(entry.value, child_path(path_of(key), entry.key), Secrets::kAllowed);
    if (text) result.emplace_back(entry.key, std::move(*text));
  }
  return result;
}

}  // namespace sandport::manifest
