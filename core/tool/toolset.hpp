// Tools that a model may call, in MCP's shape.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/task.hpp"

namespace sandport {

class Sandbox;
class ToolState;

enum class ToolEffect { kReadOnly, kChanges };

struct ToolDefinition {
  std::string name;
  std::string description;
  std::string json;          // the whole definition, as MCP's tools/list has it
  std::string input_schema;  // JSON Schema
  ToolEffect effect = ToolEffect::kChanges;
};

struct ToolCallContext {
  std::string session_id;
  std::string call_id;
  std::string work_dir;                  // absolute in the sandbox
  std::chrono::milliseconds timeout{0};  // 0: none
  Sandbox* sandbox = nullptr;            // null when the agent has none
  ToolState* state = nullptr;
};

enum class ToolOutcome { kSucceeded, kFailed };

struct ToolResult {
  std::string content;     // JSON array of MCP content parts
  std::string structured;  // JSON object, or empty
  ToolOutcome outcome = ToolOutcome::kSucceeded;
};

// A JSON content array with one text part.
[[nodiscard]] std::string text_content(std::string_view text);

class Toolset {
 public:
  virtual ~Toolset() = default;

  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual const std::vector<ToolDefinition>& tools() const = 0;

  // arguments: a JSON object that the caller has checked against input_schema. A tool that failed
  // is a result; an Error says that the plugin or the world did. progress may come from any thread.
  [[nodiscard]] virtual Task<ToolResult> invoke(std::string tool, std::string arguments,
                                                ToolCallContext context,
                                                std::function<void(std::string_view)> progress) = 0;

  virtual void forget_session(std::string_view session_id) = 0;
};

// A small store that lives as long as the session. Any thread.
class ToolState {
 public:
  virtual ~ToolState() = default;
  // False when key was never set.
  [[nodiscard]] virtual bool get(std::string_view key, std::string& value) const = 0;
  virtual void set(std::string_view key, std::string value) = 0;
};

}  // namespace sandport
