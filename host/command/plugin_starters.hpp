// The starter projects of `sandport plugin new`: the files of sdk/template, built in.
#pragma once

#include <span>
#include <string_view>

namespace sandport {

struct StarterFile {
  std::string_view path;  // "CMakeLists.txt", "my_plugin.cpp" of a toolset, "model/my_plugin.cpp"
  std::string_view text;
};

[[nodiscard]] std::span<const StarterFile> plugin_starters();

}  // namespace sandport
