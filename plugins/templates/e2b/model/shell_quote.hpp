// Words as a POSIX shell reads them back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace e2b_template {

// Unchanged when no character could mean something to a shell, else in single quotes.
[[nodiscard]] std::string shell_quote(std::string_view word);
// The words quoted and joined by single spaces.
[[nodiscard]] std::string shell_join(const std::vector<std::string>& words);
// Whether a shell takes it as a variable's name.
[[nodiscard]] bool is_variable_name(std::string_view name);

}  // namespace e2b_template
