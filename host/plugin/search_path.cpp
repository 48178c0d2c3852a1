#include "host/plugin/search_path.hpp"

#include <sys/auxv.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>

namespace sandport {
namespace {

namespace fs = std::filesystem;

void add(std::vector<fs::path>& directories, const fs::path& candidate) {
  std::error_code error;
  // A relative entry would depend on the working directory, which a stranger may have filled.
  if (!candidate.is_absolute() || !fs::is_directory(candidate, error)) return;
  fs::path directory = fs::weakly_canonical(candidate, error);
  if (std::find(directories.begin(), directories.end(), directory) == directories.end()) {
    directories.push_back(std::move(directory));
  }
}

}  // namespace

std::vector<fs::path> plugin_search_path() {
  std::vector<fs::path> directories;
  const char* listed = getauxval(AT_SECURE) == 0 ? std::getenv("SANDPORT_PLUGIN_PATH") : nullptr;
  if (listed != nullptr) {
    std::istringstream entries(listed);
    for (std::string entry; std::getline(entries, entry, ':');) add(directories, entry);
  }
  if (const char* data_home = std::getenv("XDG_DATA_HOME"); data_home != nullptr) {
    add(directories, fs::path(data_home) / "sandport/plugins");
  } else if (const char* home = std::getenv("HOME"); home != nullptr) {
    add(directories, fs::path(home) / ".local/share/sandport/plugins");
  }
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const fs::path folder = executable.parent_path();
    add(directories, folder / "plugins");
    add(directories, folder.parent_path() / "plugins");
    add(directories, folder.parent_path() / "lib/sandport/plugins");
  }
  return directories;
}

}  // namespace sandport
