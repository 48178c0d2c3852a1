// Reads the typed values of one YAML map, and reports what does not fit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node.hpp"

namespace e2b_template {

// A key in its snake_case form. Keys are also taken in camelCase and by their other names.
struct YamlKey {
  std::string_view name;
  std::string_view others = {};  // separated by spaces
};

// "baseVersion" and "memoryMB" become "base_version" and "memory_mb".
[[nodiscard]] std::string snake_case(std::string_view key);
[[nodiscard]] bool is_key(const YamlKey& key, std::string_view snake);

// Every getter returns nothing for a key that is missing, empty (`key:`) or wrong.
class MapReader {
 public:
  // Reports unknown keys, with the nearest known one, and keys that are there under two names.
  // `map` and `keys` must outlive the reader.
  MapReader(const YamlNode& map, std::span<const YamlKey> keys, Diagnostics& diagnostics);

  [[nodiscard]] bool has(std::string_view key) const { return find_entry(key) != nullptr; }
  // Its value, unless that is empty.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
  // Where the key stands, or the map.
  [[nodiscard]] const Place& place(std::string_view key) const;
  [[nodiscard]] const Place& place() const { return map_.place; }

  [[nodiscard]] std::string text(std::string_view key) const;
  // As text, and an error when it is missing.
  [[nodiscard]] std::string required(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key, bool otherwise = false) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                                    std::int64_t most) const;
  // A file mode such as 0755; its digits are octal.
  [[nodiscard]] std::optional<std::uint32_t> mode(std::string_view key) const;
  // One word or a list of them.
  [[nodiscard]] std::vector<std::string> words(std::string_view key) const;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> text_map(
      std::string_view key) const;

  void error(const Place& place, std::string message) const {
    diagnostics_.error(place, std::move(message));
  }
  [[nodiscard]] Diagnostics& diagnostics() const { return diagnostics_; }

 private:
  [[nodiscard]] const YamlEntry* find_entry(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> scalar(const YamlNode& node, std::string_view key) const;
  void check_keys(std::span<const YamlKey> keys);

  const YamlNode& map_;
  Diagnostics& diagnostics_;
  std::vector<std::pair<std::string_view, const YamlEntry*>> known_;  // by name
};

// The known word that is most like `word`, when one is like it.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const YamlKey> keys);

}  // namespace e2b_template
