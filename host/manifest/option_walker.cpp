#include "host/manifest/option_walker.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "host/manifest/duration.hpp"
#include "host/manifest/field_reader.hpp"
#include "host/manifest/schema_type.hpp"
#include "host/manifest/secrets.hpp"
#include "host/manifest/size.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxSchemaDepth = 64;  // a schema may refer to itself

const json& nothing() {
  static const json empty = json::object();
  return empty;
}

// The object under `key`, or an empty one.
const json& object_at(const json& schema, const char* key) {
  const auto found = schema.find(key);
  return found != schema.end() && found->is_object() ? *found : nothing();
}

bool is_true(const json& schema, const char* key) {
  const auto found = schema.find(key);
  return found != schema.end() && found->is_boolean() && found->get<bool>();
}

std::string escape(std::string_view key) {
  std::string result;
  for (const char c : key) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += c;
  }
  return result;
}

bool may_be_repeated(const Node* node) {
  return node != nullptr && node->origin == Node::Origin::kLiteral && !has_secret(node->text);
}

}  // namespace

OptionWalker::OptionWalker(const json& schema, const PluginUse& use, const Sources& sources,
                           Diagnostics& diagnostics)
    : schema_(schema), use_(use), sources_(sources), diagnostics_(diagnostics) {}

void OptionWalker::walk(json& options) {
  visit(options, schema_, {&use_.with, {use_.with.location, child_path(use_.path, "with")}, ""}, 0);
}

bool OptionWalker::is_settled(const std::string& pointer) const {
  const auto holds = [](const std::string& outer, const std::string& inner) {
    return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '/');
  };
  return std::ranges::any_of(reported_,
                             [&](const std::string& reported) {
                               return holds(reported, pointer) || holds(pointer, reported);
                             }) ||
         std::ranges::any_of(secret_,
                             [&](const std::string& secret) { return holds(secret, pointer); });
}

OptionWalker::Place OptionWalker::place_of(const std::string& pointer) const {
  std::string at = pointer;
  for (;;) {
    const auto found = places_.find(at);
    if (found != places_.end()) return found->second;
    if (at.empty()) return {use_.with.location, child_path(use_.path, "with")};
    at.resize(at.rfind('/'));
  }
}

void OptionWalker::report(const Spot& spot, std::string message) {
  reported_.insert(spot.pointer);
  diagnostics_.add(spot.place.location, spot.place.path, std::move(message));
}

// Only references inside the schema; others are left to the library, which refuses them.
const json& OptionWalker::resolve(const json& schema) const {
  const json* current = &schema;
  for (std::size_t i = 0; i < kMaxSchemaDepth && current->is_object() && current->contains("$ref");
       ++i) {
    const json& target = (*current)["$ref"];
    if (!target.is_string() || !target.get_ref<const std::string&>().starts_with('#')) break;
    try {
      const json::json_pointer pointer(target.get_ref<const std::string&>().substr(1));
      if (!schema_.contains(pointer)) break;
      current = &schema_.at(pointer);
    } catch (const json::exception&) {
      break;
    }
  }
  return current->is_object() ? *current : nothing();
}

OptionWalker::Spot OptionWalker::below(const Spot& spot, std::string_view key) {
  const Node* node = spot.node != nullptr ? spot.node->find(key) : nullptr;
  return {
      node,
      {node != nullptr ? node->location : spot.place.location, child_path(spot.place.path, key)},
      spot.pointer + "/" + escape(key)};
}

OptionWalker::Spot OptionWalker::below(const Spot& spot, std::size_t index) {
  const bool written = spot.node != nullptr && index < spot.node->items.size();
  const Node* node = written ? &spot.node->items[index] : nullptr;
  return {node,
          {written ? node->location : spot.place.location, child_path(spot.place.path, index)},
          spot.pointer + "/" + std::to_string(index)};
}

void OptionWalker::visit(json& value, const json& unresolved, const Spot& spot, std::size_t depth) {
  if (depth > kMaxSchemaDepth) return;
  const json& schema = resolve(unresolved);
  places_.insert_or_assign(spot.pointer, spot.place);
  if (is_true(schema, "writeOnly")) hidden_.push_back(spot.pointer);
  if (!check_type(value, schema, spot)) return;
  if (value.is_object())
    visit_map(value, schema, spot, depth);
  else if (value.is_array())
    visit_list(value, schema, spot, depth);
  else
    check_scalar(value, schema, spot);
}

bool OptionWalker::check_type(json& value, const json& schema, const Spot& spot) {
  const auto types = allowed_types(schema);
  if (spot.node != nullptr) value = adapt_to(types, *spot.node, value);
  if (fits(types, value)) return true;
  const bool is_number = value.is_number() && spot.node != nullptr;
  if (is_number && schema.contains("format")) {
    json as_text = spot.node->text;
    check_format(as_text, schema, spot);
    if (reported_.contains(spot.pointer)) return false;
  }
  std::string message = "expected " + describe(types);
  if (spot.node != nullptr) message = expected(describe(types), *spot.node);
  if (value.is_string() && has_secret(value.get_ref<const std::string&>())) {
    message = "a secret is always text; expected " + describe(types);
  } else if (allows(types, "string") && !value.is_structured() && !value.is_null()) {
    message += "; put quotes around it";
  }
  report(spot, std::move(message));
  return false;
}

void OptionWalker::visit_map(json& map, const json& schema, const Spot& spot, std::size_t depth) {
  const json& properties = object_at(schema, "properties");
  // Which other keys a pattern covers is for the library to say.
  const json& additional =
      schema.contains("patternProperties") ? nothing() : object_at(schema, "additionalProperties");
  check_unknown_keys(map, schema, spot);
  for (auto entry = map.begin(); entry != map.end();) {
    const auto property = properties.find(entry.key());
    const json& own = resolve(property != properties.end() ? *property : additional);
    const Spot here = below(spot, entry.key());
    if (here.node != nullptr && here.node->kind == Node::Kind::kInvalid) {
      // Its problem was reported where it was found.
      reported_.insert(here.pointer);
      ++entry;
      continue;
    }
    if (here.node != nullptr)
      entry.value() = adapt_to(allowed_types(own), *here.node, entry.value());
    if (entry->is_null() && !own.empty() && !allows(allowed_types(own), "null")) {
      entry = map.erase(entry);
      continue;
    }
    visit(entry.value(), own, here, depth + 1);
    ++entry;
  }
  check_required(map, schema, spot);
  fill_defaults(map, properties);
}

void OptionWalker::check_unknown_keys(const json& map, const json& schema, const Spot& spot) {
  const auto additional = schema.find("additionalProperties");
  const bool closed = additional != schema.end() && additional->is_boolean() &&
                      !additional->get<bool>() && !schema.contains("patternProperties");
  if (!closed) return;
  const json& properties = object_at(schema, "properties");
  std::vector<std::string> allowed;
  for (const auto& property : properties.items()) allowed.push_back(property.key());
  for (const auto& entry : map.items()) {
    if (properties.contains(entry.key())) continue;
    Spot here = below(spot, entry.key());
    if (spot.node != nullptr) {
      const auto written = std::ranges::find(spot.node->entries, entry.key(), &Entry::key);
      if (written != spot.node->entries.end()) here.place.location = written->key_location;
    }
    report(here, unknown_name("option", entry.key(), allowed));
  }
}

void OptionWalker::check_required(const json& map, const json& schema, const Spot& spot) {
  const auto required = schema.find("required");
  if (required == schema.end() || !required->is_array()) return;
  for (const json& key : *required) {
    if (!key.is_string() || map.contains(key.get<std::string>())) continue;
    const json& property = resolve(
        object_at(object_at(schema, "properties"), key.get_ref<const std::string&>().c_str()));
    if (property.contains("default")) continue;
    const auto help = property.find("description");
    const bool has_help = help != property.end() && help->is_string();
    reported_.insert(below(spot, key.get_ref<const std::string&>()).pointer);
    diagnostics_.add(spot.place.location, spot.place.path,
                     fmt::format("the option `{}` is missing{}", key.get<std::string>(),
                                 has_help ? ": " + help->get<std::string>() : ""));
  }
}

void OptionWalker::fill_defaults(json& map, const json& properties) {
  for (const auto& property : properties.items()) {
    const json& own = resolve(property.value());
    if (!map.contains(property.key()) && own.contains("default")) {
      map[property.key()] = own["default"];
    }
  }
}

void OptionWalker::visit_list(json& list, const json& schema, const Spot& spot, std::size_t depth) {
  const json& items = object_at(schema, "items");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Spot here = below(spot, i);
    if (here.node != nullptr && here.node->kind == Node::Kind::kInvalid) {
      reported_.insert(here.pointer);
    } else {
      visit(list[i], items, here, depth + 1);
    }
  }
}

void OptionWalker::check_scalar(json& value, const json& schema, const Spot& spot) {
  if (value.is_string() && has_secret(value.get_ref<const std::string&>())) {
    secret_.insert(spot.pointer);
    return;
  }
  const auto choices = schema.find("enum");
  if (choices != schema.end() && choices->is_array() &&
      std::ranges::find(*choices, value) == choices->end()) {
    std::vector<std::string> shown;
    for (const json& choice : *choices) {
      shown.push_back(choice.is_string() ? choice.get<std::string>() : choice.dump());
    }
    report(spot, may_be_repeated(spot.node) ? unknown_name("value", spot.node->text, shown)
                                            : "expected one of " + join(shown));
    return;
  }
  const auto limit = [&](const char* keyword) -> std::optional<double> {
    const auto found = schema.find(keyword);
    if (!value.is_number() || found == schema.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
  };
  const double number = value.is_number() ? value.get<double>() : 0;
  if (const auto least = limit("minimum"); least && number < *least) {
    report(spot, fmt::format("must be at least {}", *least));
  } else if (const auto most = limit("maximum"); most && number > *most) {
    report(spot, fmt::format("must be at most {}", *most));
  }
  check_format(value, schema, spot);
}

void OptionWalker::check_format(json& value, const json& schema, const Spot& spot) {
  const auto format = schema.find("format");
  if (!value.is_string() || format == schema.end() || !format->is_string()) return;
  auto& text = value.get_ref<std::string&>();
  try {
    if (*format == "duration") (void)parse_duration(text);
    if (*format == "size") (void)parse_size(text);
  } catch (const Error& error) {
    report(spot, may_be_repeated(spot.node)
                     ? error.what()
                     : fmt::format("the variable's value is not a {}", format->get<std::string>()));
  }
  if (*format == "host-path" && spot.node != nullptr && !text.empty()) {
    text = (sources_.directory(spot.node->location.source) / text).lexically_normal().string();
  }
}

}  // namespace sandport::manifest
