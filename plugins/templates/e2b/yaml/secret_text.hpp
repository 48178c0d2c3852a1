// `${secret:NAME}` in a template file: allowed where it ends in no layer of the template.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace e2b_template {

[[nodiscard]] bool has_secret_reference(std::string_view text);

// The text with every reference replaced; `missing` receives the name of one without a value.
[[nodiscard]] std::string resolve_secrets(std::string_view text,
                                          const std::map<std::string, std::string>& values,
                                          std::optional<std::string>& missing);

}  // namespace e2b_template
