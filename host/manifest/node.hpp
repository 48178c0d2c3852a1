// A manifest as a tree whose every key and value remembers where it was written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/manifest/location.hpp"

namespace sandport::manifest {

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { kNull, kBool, kInteger, kFloat, kString, kList, kMap, kInvalid };
  enum class Style : std::uint8_t { kPlain, kQuoted };
  enum class Origin : std::uint8_t { kLiteral, kInterpolated };

  // kInvalid marks a value whose problem has been reported; nothing more is said about it.
  Kind kind = Kind::kNull;
  Style style = Style::kPlain;
  Origin origin = Origin::kLiteral;
  Location location;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  // Of every scalar, the characters as written. May hold secret references (secrets.hpp).
  std::string text;
  std::vector<Node> items;
  std::vector<Entry> entries;  // in the order written; keys are unique

  [[nodiscard]] bool is_scalar() const;
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  void erase(std::string_view key);
};

struct Entry {
  std::string key;
  Location key_location;
  Node value;
};

// Gives a plain scalar the type that YAML 1.2's core schema says; a quoted one is a string.
void resolve_type(Node& scalar);

// "an integer", "a map", as an error message says it.
[[nodiscard]] std::string_view kind_name(Node::Kind kind);

// "agent" + "max_steps" = "agent.max_steps"; a key with other characters is quoted.
[[nodiscard]] std::string child_path(std::string_view path, std::string_view key);
[[nodiscard]] std::string child_path(std::string_view path, std::size_t index);

}  // namespace sandport::manifest
