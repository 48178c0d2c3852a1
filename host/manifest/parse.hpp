// YAML text into a located tree, with every limit that keeps hostile input cheap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "host/manifest/diagnostic.hpp"
#include "host/manifest/node.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {

inline constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxDepth = 64;
// Of one loaded manifest: all its files together, aliases expanded.
inline constexpr std::size_t kMaxNodes = 50'000;
inline constexpr std::size_t kMaxTextBytes = std::size_t{16} << 20U;

// What is left of the limits; one budget is shared by all files of a manifest.
struct Budget {
  std::size_t nodes = kMaxNodes;
  std::size_t text_bytes = kMaxTextBytes;

  // False, and nothing taken, when the tree (or the text) does not fit any more.
  [[nodiscard]] bool take(std::size_t node_count, std::size_t bytes);
};

// Parses the text of `source`: exactly one document, whose root is a map. Anchors, aliases and `<<`
// are expanded. Every problem goes to `diagnostics`; nothing is returned when there is no usable
// tree.
[[nodiscard]] std::optional<Node> parse_yaml(const Sources& sources, std::uint32_t source,
                                             Budget& budget, Diagnostics& diagnostics);

// The same for a value of any kind, such as the right side of `--set`; an empty text is null.
[[nodiscard]] std::optional<Node> parse_yaml_value(const Sources& sources, std::uint32_t source,
                                                   Budget& budget, Diagnostics& diagnostics);

}  // namespace sandport::manifest
