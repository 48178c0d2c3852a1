// YAML as a tree that remembers where everything was written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../model/diagnostics.hpp"

namespace e2b_template {

struct YamlEntry;

struct YamlNode {
  enum class Kind : std::uint8_t { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  bool plain = true;  // a scalar without quotes
  Place place;
  std::string text;  // of a scalar
  std::vector<YamlNode> items;
  std::vector<YamlEntry> entries;  // in the order written; keys are unique

  [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }
  [[nodiscard]] bool is_null() const { return kind == Kind::kNull; }
};

struct YamlEntry {
  std::string key;
  Place place;
  YamlNode value;
};

// One document whose root is a map. Aliases are expanded, within a limit. What is wrong goes to
// `diagnostics`; the tree is then not to be used.
[[nodiscard]] YamlNode parse_yaml(const std::string& file, const std::string& text,
                                  Diagnostics& diagnostics);

}  // namespace e2b_template
