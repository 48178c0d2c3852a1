// A plugin that is in this process. It is never unloaded.
#pragma once

#include <sandport/abi.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sandport {

class LoadedPlugin {
 public:
  // Loads a checked file with all symbols bound now, none of them visible to others, and checks its
  // table: sizes, versions, id, kinds. Throws Error that names the file and what is wrong.
  static std::shared_ptr<const LoadedPlugin> load(const std::filesystem::path& file,
                                                  std::string_view sha256);
  // A table that is linked in, for tests.
  static std::shared_ptr<const LoadedPlugin> from_table(const sp_plugin& table, std::string name);

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] const sp_plugin& table() const { return *table_; }
  [[nodiscard]] std::string id() const;
  // Those of the plugin's kinds that this host knows.
  [[nodiscard]] const std::vector<const sp_kind*>& kinds() const { return kinds_; }
  // Null when the plugin has none of that kind and name.
  [[nodiscard]] const sp_kind* find(std::string_view kind, std::string_view name) const;

 private:
  LoadedPlugin(std::filesystem::path file, const sp_plugin* table);

  std::filesystem::path file_;
  const sp_plugin* table_;
  std::vector<const sp_kind*> kinds_;
};

[[nodiscard]] inline std::string_view view(sp_str text) {
  return text.size == 0 ? std::string_view{} : std::string_view{text.data, text.size};
}

}  // namespace sandport
