// All tools of an agent, by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/tool/toolset.hpp"

namespace sandport {

// Made once and shared by all sessions of an agent. Safe from any thread.
class ToolCatalog {
 public:
  struct Entry {
    Toolset* toolset;
    const ToolDefinition* definition;
  };

  // Throws kInvalidArgument when two toolsets have a tool of one name.
  explicit ToolCatalog(std::vector<std::shared_ptr<Toolset>> toolsets);

  // Null when there is none.
  [[nodiscard]] const Entry* find(std::string_view name) const;
  // What to tell a model that asked for a tool that does not exist: one line, with the nearest
  // names.
  [[nodiscard]] std::string unknown_tool(std::string_view name) const;
  // JSON array of all definitions, for the model request.
  [[nodiscard]] const std::shared_ptr<const std::string>& json() const { return json_; }
  [[nodiscard]] const std::vector<std::shared_ptr<Toolset>>& toolsets() const { return toolsets_; }

 private:
  std::vector<std::shared_ptr<Toolset>> toolsets_;
  std::unordered_map<std::string, Entry> entries_;
  std::vector<std::string_view> names_;  // in order of definition
  std::shared_ptr<const std::string> json_;
};

}  // namespace sandport
