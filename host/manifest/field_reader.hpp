// Reads the typed values of one map and reports everything that does not fit.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/manifest/diagnostic.hpp"
#include "host/manifest/fields.hpp"
#include "host/manifest/node.hpp"

namespace sandport::manifest {

enum class Secrets : std::uint8_t { kRefused, kAllowed };

// Every getter returns nothing for a key that is missing, empty (`key:`) or wrong; what is wrong is
// reported. Keys must be those of the table given.
class FieldReader {
 public:
  // Reports unknown and missing keys at once. `map` must outlive the reader.
  FieldReader(const Node& map, std::string path, std::span<const Field> fields,
              Diagnostics& diagnostics);

  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> string(std::string_view key) const;
  // A string that must not be empty.
  [[nodiscard]] std::optional<std::string> word(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least) const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> duration(std::string_view key) const;
  [[nodiscard]] std::optional<std::uint64_t> size(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> choice(std::string_view key) const;
  [[nodiscard]] std::optional<std::vector<std::string>> strings(std::string_view key) const;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> string_map(
      std::string_view key) const;
  // The map or list under `key`, when it is one.
  [[nodiscard]] const Node* structure(std::string_view key, Node::Kind kind) const;

  [[nodiscard]] std::string path_of(std::string_view key) const { return child_path(path_, key); }
  void report(const Node& node, std::string_view key, std::string message) const;

 private:
  void check_keys() const;
  [[nodiscard]] std::optional<std::string> text_of(const Node& node, const std::string& path,
                                                   Secrets secrets) const;
  template <typename Parse>
  auto parsed(std::string_view key, const Parse& parse) const;

  const Node& map_;
  std::string path_;
  std::span<const Field> fields_;
  Diagnostics& diagnostics_;
};

// "expected an integer, got "many"": never repeats what came from a variable or holds a secret.
[[nodiscard]] std::string expected(std::string_view what, const Node& got);

}  // namespace sandport::manifest
