#include "fields.hpp"

#include <sandport/units.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace scripted {

Fields::Fields(const nlohmann::json& object, std::string place)
    : object_(object), place_(std::move(place)) {
  if (!object.is_object()) throw std::invalid_argument(place_ + ": must be a mapping");
}

const nlohmann::json* Fields::find(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> Fields::text(const char* key) const {
  const auto* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) fail(key, "must be text");
  return value->get<std::string>();
}

std::optional<bool> Fields::boolean(const char* key) const {
  const auto* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) fail(key, "must be true or false");
  return value->get<bool>();
}

std::optional<std::uint64_t> Fields::number(const char* key) const {
  const auto* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_unsigned() && !(value->is_number_integer() && *value >= 0)) {
    fail(key, "must be a whole number of at least 0");
  }
  return value->get<std::uint64_t>();
}

std::optional<std::chrono::milliseconds> Fields::duration(const char* key) const {
  const auto written = text(key);
  if (!written) return std::nullopt;
  const auto parsed = sandport::parse_duration(*written);
  if (!parsed) fail(key, "must be a duration such as 300ms, 5s or 1h30m");
  return parsed;
}

void Fields::allow_only(std::initializer_list<std::string_view> keys) const {
  for (const auto& item : object_.items()) {
    if (std::find(keys.begin(), keys.end(), item.key()) == keys.end()) {
      fail(item.key(), "is unknown here");
    }
  }
}

void Fields::fail(std::string_view key, std::string_view problem) const {
  throw std::invalid_argument(place_ + "." + std::string(key) + ": " + std::string(problem));
}

}  // namespace scripted
