// The rules for template names and tags.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace e2b_template {

// What is wrong with `[namespace/]alias[:tag]`, with advice; nothing when it is right.
[[nodiscard]] std::optional<std::string> name_problem(std::string_view name);
[[nodiscard]] std::optional<std::string> tag_problem(std::string_view tag);

struct NameParts {
  std::string path;  // [namespace/]alias
  std::string tag;   // empty: none was given
};
[[nodiscard]] NameParts split_name(std::string_view name);

}  // namespace e2b_template
