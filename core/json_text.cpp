#include "core/json_text.hpp"

#include <nlohmann/json.hpp>

namespace sandport {
namespace {

template <typename Json>
std::string write(const Json& value, JsonLayout layout) {
  return value.dump(layout == JsonLayout::kIndented ? 2 : -1, ' ', false,
                    Json::error_handler_t::replace);
}

}  // namespace

std::string json_text(const nlohmann::json& value, JsonLayout layout) {
  return write(value, layout);
}

std::string json_text(const nlohmann::ordered_json& value, JsonLayout layout) {
  return write(value, layout);
}

}  // namespace sandport
