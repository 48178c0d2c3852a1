#include "host/assembly/tool_filter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace sandport {
namespace {

class FilteredToolset final : public Toolset {
 public:
  FilteredToolset(std::shared_ptr<Toolset> all, std::vector<ToolDefinition> tools)
      : all_(std::move(all)), tools_(std::move(tools)) {}

  const std::string& name() const override { return all_->name(); }
  const std::vector<ToolDefinition>& tools() const override { return tools_; }
  Task<ToolResult> invoke(std::string tool, std::string arguments, ToolCallContext context,
                          std::function<void(std::string_view)> progress) override {
    return all_->invoke(std::move(tool), std::move(arguments), std::move(context),
                        std::move(progress));
  }
  void forget_session(std::string_view session_id) override { all_->forget_session(session_id); }

 private:
  std::shared_ptr<Toolset> all_;
  std::vector<ToolDefinition> tools_;
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_names(const Toolset& toolset, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto& tools = toolset.tools();
    if (std::any_of(tools.begin(), tools.end(),
                    [&](const ToolDefinition& tool) { return tool.name == name; })) {
      continue;
    }
    throw Error(Code::kInvalidArgument,
                fmt::format("the toolset {} has no tool {}; `sandport plugin show {}` lists them",
                            toolset.name(), name, toolset.name()));
  }
}

}  // namespace

std::shared_ptr<Toolset> filter_tools(std::shared_ptr<Toolset> toolset,
                                      const std::optional<std::vector<std::string>>& include,
                                      const std::vector<std::string>& exclude) {
  if (!include && exclude.empty()) return toolset;
  if (include) check_names(*toolset, *include);
  check_names(*toolset, exclude);
  std::vector<ToolDefinition> kept;
  for (const ToolDefinition& tool : toolset->tools()) {
    if (include && !contains(*include, tool.name)) continue;
    if (!contains(exclude, tool.name)) kept.push_back(tool);
  }
  return std::make_shared<FilteredToolset>(std::move(toolset), std::move(kept));
}

}  // namespace sandport
