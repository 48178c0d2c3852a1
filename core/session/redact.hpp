// Keeps secrets out of what the store writes.
#pragma once

#include <functional>
#include <string>

namespace sandport {

// Takes JSON text and redacts it as text. Should that break the JSON, each string in it is redacted
// by itself instead.
[[nodiscard]] std::string redact_json(const std::function<std::string(std::string)>& redactor,
                                      std::string json);

}  // namespace sandport
