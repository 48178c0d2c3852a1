// Files that hold secrets by their name: their content is not for a model.
#pragma once

#include <string_view>

namespace files {

// .env and .env.* (but not .env.example, .env.sample, .env.template), private SSH keys, and the
// credential files of cloud tools.
[[nodiscard]] bool is_sensitive(std::string_view path);

}  // namespace files
