#include "core/agent/tool_catalog.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/error.hpp"

namespace sandport {
namespace {

constexpr std::size_t kNamesToList = 5;

std::size_t edit_distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t replaced = diagonal + (one[i] == other[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

ToolCatalog::ToolCatalog(std::vector<std::shared_ptr<Toolset>> toolsets)
    : toolsets_(std::move(toolsets)) {
  std::string json = "[";
  for (const auto& toolset : toolsets_) {
    for (const ToolDefinition& tool : toolset->tools()) {
      const auto [place, added] = entries_.try_emplace(tool.name, Entry{toolset.get(), &tool});
      if (!added) {
        throw Error(Code::kInvalidArgument,
                    fmt::format("the toolsets {} and {} both have a tool named {}; leave one of "
                                "them out of `tools:`",
                                place->second.toolset->name(), toolset->name(), tool.name));
      }
      names_.push_back(place->first);
      if (json.size() > 1) json += ',';
      json += tool.json;
    }
  }
  json_ = std::make_shared<const std::string>(std::move(json) + "]");
}

const ToolCatalog::Entry* ToolCatalog::find(std::string_view name) const {
  const auto found = entries_.find(std::string(name));
  return found == entries_.end() ? nullptr : &found->second;
}

std::string ToolCatalog::unknown_tool(std::string_view name) const {
  // A model may send a name of any length; comparing it whole would cost its square.
  const std::string_view wanted = name.substr(0, 100);
  if (names_.empty()) return fmt::format("There is no tool `{}`: you have no tools.", wanted);
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (const std::string_view known : names_) {
    ranked.emplace_back(edit_distance(wanted, known), known);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  ranked.resize(std::min(ranked.size(), kNamesToList));
  std::vector<std::string> nearest;
  for (const auto& [distance, known] : ranked) nearest.push_back(fmt::format("`{}`", known));
  return fmt::format("There is no tool `{}`. The nearest names are {}.", wanted,
                     fmt::join(nearest, ", "));
}

}  // namespace sandport
