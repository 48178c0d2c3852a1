// Where plugins are looked for.
#pragma once

#include <filesystem>
#include <vector>

namespace sandport {

// In order: SANDPORT_PLUGIN_PATH (absolute entries, colon-separated; ignored in a set-user-id
// process), $XDG_DATA_HOME/sandport/plugins, `plugins` beside the executable or beside its folder,
// and <prefix>/lib/sandport/plugins. Never the working directory. Folders that do not exist are
// left out.
[[nodiscard]] std::vector<std::filesystem::path> plugin_search_path();

}  // namespace sandport
