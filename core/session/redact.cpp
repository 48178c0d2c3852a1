#include "core/session/redact.hpp"

#include <nlohmann/json.hpp>

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

void redact_strings(const std::function<std::string(std::string)>& redactor, Json& value) {
  if (value.is_string()) {
    value = redactor(value.get<std::string>());
  } else if (value.is_structured()) {
    for (Json& item : value) {
      redact_strings(redactor, item);
    }
  }
}

}  // namespace

std::string redact_json(const std::function<std::string(std::string)>& redactor, std::string json) {
  if (!redactor) {
    return json;
  }
  std::string redacted = redactor(json);
  if (redacted == json || Json::accept(redacted)) {
    return redacted;
  }
  Json value = Json::parse(json, nullptr, false);
  redact_strings(redactor, value);
  return value.is_discarded() ? redacted
                              : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sandport
