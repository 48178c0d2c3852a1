#include "host/manifest/interpolate.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

#include "host/manifest/expand.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

// The place of the reference at `offset` of a scalar's text, if it can be found in the source: text
// and source differ by quotes, escapes and folding, but a reference itself looks the same in both.
Location locate_reference(const Node& scalar, std::size_t offset, const Sources& sources) {
  const Location start = scalar.location;
  const std::string_view reference = std::string_view(scalar.text).substr(offset);
  const std::string_view key = reference.substr(0, reference.find_first_of(":}\n ", 2));
  std::size_t earlier = 0;  // the same reference may stand in the text before this one
  for (std::size_t i = scalar.text.find(key); i < offset; i = scalar.text.find(key, i + 1))
    ++earlier;

  const std::string_view text = sources.text(start.source);
  const std::string_view first_line = sources.line(start.source, start.line);
  std::size_t from = sources.line_start(start.source, start.line);
  for (std::size_t skip = start.column; skip > 1 && from < text.size(); --skip) {
    do {
      ++from;
    } while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U);
  }
  if (first_line.empty()) return start;
  std::size_t found = text.find(key, from);
  while (earlier-- > 0 && found != std::string_view::npos) found = text.find(key, found + 1);
  if (found == std::string_view::npos) return start;
  Location result = start;
  while (sources.line_start(start.source, result.line + 1) <= found) ++result.line;
  const std::size_t line_start = sources.line_start(start.source, result.line);
  result.column =
      static_cast<std::uint32_t>(count_characters(text.substr(line_start, found - line_start)) + 1);
  return result;
}

}  // namespace

void interpolate(Node& node, const std::string& path, const EnvironmentLookup& environment,
                 const Sources& sources, Budget& budget, Diagnostics& diagnostics) {
  for (Entry& entry : node.entries) {
    interpolate(entry.value, child_path(path, entry.key), environment, sources, budget,
                diagnostics);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    interpolate(node.items[i], child_path(path, i), environment, sources, budget, diagnostics);
  }
  if (!node.is_scalar() || node.text.find('$') == std::string::npos) return;
  try {
    Expanded expanded = expand(node.text, environment);
    if (!budget.take(0, expanded.text.size())) {
      throw ExpandError(0, "the manifest is too large with its variables");
    }
    node.text = std::move(expanded.text);
    if (expanded.used_variable) node.origin = Node::Origin::kInterpolated;
    resolve_type(node);
  } catch (const ExpandError& error) {
    diagnostics.add(locate_reference(node, error.offset, sources), path, error.what());
    node.kind = Node::Kind::kInvalid;
  }
}

}  // namespace sandport::manifest
