// The `todo` toolset: a list of things to do that lives as long as the session.
#include <nlohmann/json.hpp>
#include <sandport/plugin.hpp>

#include "todo_list.hpp"

namespace {

using nlohmann::json;
using sandport::Call;
using sandport::Task;
using sandport::Tool;
using sandport::ToolResult;

constexpr std::string_view kKey = "todo.list";

constexpr const char* kReadSchema = R"({"type": "object", "additionalProperties": false})";

constexpr const char* kWriteSchema = R"({
  "type": "object",
  "properties": {
    "todos": {
      "type": "array",
      "description": "The whole list, in order. It replaces the one before.",
      "maxItems": 200,
      "items": {
        "type": "object",
        "properties": {
          "id": {"type": "string", "minLength": 1, "maxLength": 64, "description": "Unique in the list; keep it when the item changes"},
          "title": {"type": "string", "minLength": 1, "maxLength": 500, "description": "What is to be done"},
          "status": {"type": "string", "enum": ["pending", "in_progress", "completed"], "default": "pending"},
          "notes": {"type": "string", "maxLength": 2000}
        },
        "required": ["id", "title"],
        "additionalProperties": false
      }
    }
  },
  "required": ["todos"],
  "additionalProperties": false
})";

ToolResult show(const todo::List& list) {
  ToolResult result(todo::to_text(list));
  result.set_structured(json{{"todos", todo::to_json(list)}}.dump());
  return result;
}

Task<ToolResult> read(Call& call) {
  const auto kept = call.state(kKey);
  co_return show(kept ? todo::parse_list(json::parse(*kept)) : todo::List{});
}

Task<ToolResult> write(Call& call) {
  try {
    const todo::List list = todo::parse_list(json::parse(call.args()).at("todos"));
    call.set_state(kKey, todo::to_json(list).dump());
    co_return show(list);
  } catch (const std::invalid_argument& error) {
    co_return ToolResult::error(std::string(error.what()) + ". The list is unchanged.");
  }
}

std::vector<Tool> make_tools(sandport::Host /*host*/, std::string_view /*config*/) {
  return {{"todo_read",
           "Read the todo list",
           "Read the todo list of this session: every item with its id, title and status.",
           kReadSchema,
           {.read_only = true, .destructive = {}, .idempotent = true, .open_world = false},
           read},
          {"todo_write",
           "Write the todo list",
           "Replace the todo list of this session. Use it to plan work of three or more steps, and "
           "update it as you go: at most one item is in_progress, and an item becomes completed as "
           "soon as it is done. Always send the whole list.",
           kWriteSchema,
           {.read_only = false, .destructive = false, .idempotent = true, .open_world = false},
           write}};
}

}  // namespace

SANDPORT_PLUGIN(
    "io.sandport.todo", "0.1.0", "Apache-2.0", "A todo list for the agent",
    sandport::toolset_kind<make_tools>("todo", "A todo list for the agent: todo_read, todo_write",
                                       R"({"type": "object", "additionalProperties": false})"))
