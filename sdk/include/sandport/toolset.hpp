// Writing tools: a list of Tool with handlers that block or that co_await.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/host.hpp>
#include <sandport/json_text.hpp>
#include <sandport/operation.hpp>
#include <sandport/sandbox_view.hpp>
#include <sandport/task.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sandport {
inline namespace v1 {

// What a tool answers, for the model to see.
class ToolResult {
 public:
  ToolResult() = default;
  ToolResult(std::string text) { add_text(text); }  // NOLINT: a text is the usual answer
  ToolResult(const char* text) { add_text(text); }  // NOLINT

  [[nodiscard]] static ToolResult text(std::string_view text) {
    ToolResult result;
    result.add_text(text);
    return result;
  }
  // The tool failed, in a way the model may do something about.
  [[nodiscard]] static ToolResult error(std::string_view text) {
    auto result = ToolResult::text(text);
    result.is_error_ = true;
    return result;
  }

  ToolResult& add_text(std::string_view text) {
    content_.raw(JsonObject{}.text("type", "text").text("text", text).take());
    return *this;
  }
  ToolResult& add_image(std::string_view base64, std::string_view mime_type) {
    content_.raw(
        JsonObject{}.text("type", "image").text("data", base64).text("mimeType", mime_type).take());
    return *this;
  }
  // `json` is an object.
  ToolResult& set_structured(std::string json) {
    structured_ = std::move(json);
    return *this;
  }
  ToolResult& set_error(bool is_error) {
    is_error_ = is_error;
    return *this;
  }
  [[nodiscard]] bool is_error() const noexcept { return is_error_; }

  [[nodiscard]] std::string to_json() const {
    JsonObject object;
    object.raw("content", content_.take());
    if (is_error_) object.boolean("isError", true);
    if (!structured_.empty()) object.raw("structuredContent", structured_);
    return object.take();
  }

 private:
  JsonArray content_;
  std::string structured_;
  bool is_error_ = false;
};

// One call of a tool. Lives until its handler has ended.
class Call {
 public:
  Call(Host host, std::string arguments, const sp_call& call, Emitter& emitter)
      : host_(host),
        arguments_(std::move(arguments)),
        session_id_(to_string(call.session_id)),
        call_id_(to_string(call.call_id)),
        work_dir_(to_string(call.work_dir)),
        timeout_(static_cast<std::int64_t>(call.timeout_ms)),
        sandbox_(call.sandbox),
        state_(call.state),
        emitter_(emitter) {}

  [[nodiscard]] Host host() const noexcept { return host_; }
  // A JSON object that passes the tool's input schema.
  [[nodiscard]] const std::string& args() const noexcept { return arguments_; }
  [[nodiscard]] const std::string& session_id() const noexcept { return session_id_; }
  [[nodiscard]] const std::string& call_id() const noexcept { return call_id_; }
  [[nodiscard]] const std::string& work_dir() const noexcept { return work_dir_; }
  // Zero: none. The host cancels then; a tool may stop earlier and say why.
  [[nodiscard]] std::chrono::milliseconds timeout() const noexcept { return timeout_; }

  // `path` as it is when absolute, otherwise under work_dir.
  [[nodiscard]] std::string resolve(std::string_view path) const {
    if (!path.empty() && path.front() == '/') return std::string{path};
    std::string result = work_dir_;
    if (!path.empty()) {
      if (result.empty() || result.back() != '/') result += '/';
      result += path;
    }
    return result;
  }

  [[nodiscard]] bool has_sandbox() const noexcept { return sandbox_ != nullptr; }
  // Throws when the host lent none.
  [[nodiscard]] SandboxView sandbox() const {
    if (sandbox_ == nullptr) throw Error(SP_FAILED_PRECONDITION, "this session has no sandbox");
    return SandboxView{sandbox_};
  }

  // Text kept for the session, at most 1 MiB a key.
  [[nodiscard]] std::optional<std::string> state(std::string_view key) const {
    std::optional<std::string> value;
    const auto code = session_state()->get(
        state_, to_str(key),
        [](void* context, sp_str text) {
          *static_cast<std::optional<std::string>*>(context) = to_string(text);
        },
        &value);
    if (code != SP_OK && code != SP_NOT_FOUND) detail::ErrorSlot{}.check(code, "session state");
    return value;
  }
  void set_state(std::string_view key, std::string_view value) const {
    detail::ErrorSlot error;
    error.check(session_state()->set(state_, to_str(key), to_str(value), &error), "session state");
  }

  // Text for a person who waits.
  [[nodiscard]] Task<void> progress(std::string text) {
    co_await emitter_.emit(SP_CHANNEL_PROGRESS, text);
  }
  // The same in a handler that blocks.
  void progress_blocking(std::string_view text) {
    emitter_.emit_blocking(SP_CHANNEL_PROGRESS, text);
  }

  [[nodiscard]] std::stop_token stop_token() const noexcept { return emitter_.stop_token(); }
  [[nodiscard]] bool cancelled() const noexcept { return emitter_.cancelled(); }
  // Throws Cancelled.
  void check() const { emitter_.check(); }

  // In a handler that blocks: waits for a Task, such as one of sandbox()'s.
  template <class T>
  T wait(Task<T> task) const {
    return sync_wait(std::move(task), stop_token());
  }

 private:
  [[nodiscard]] const sp_session_state* session_state() const {
    if (state_ == nullptr) throw Error(SP_FAILED_PRECONDITION, "this call has no session state");
    return state_;
  }

  Host host_;
  std::string arguments_;
  std::string session_id_;
  std::string call_id_;
  std::string work_dir_;
  std::chrono::milliseconds timeout_;
  sp_sandbox* sandbox_;
  sp_session_state* state_;
  Emitter& emitter_;
};

// `ToolResult(Call&)`, which may block and runs on the host's pool, or `Task<ToolResult>(Call&)`.
class ToolHandler {
 public:
  template <class Function>
  requires(!std::is_same_v<std::remove_cvref_t<Function>, ToolHandler> &&
           std::invocable<const std::decay_t<Function>&, Call&>)
      ToolHandler(Function function) {  // NOLINT: handlers are written as lambdas
    using Returned = std::invoke_result_t<const Function&, Call&>;
    if constexpr (std::is_same_v<Returned, Task<ToolResult>>) {
      run_ = std::move(function);
    } else {
      static_assert(std::is_convertible_v<Returned, ToolResult>,
                    "a tool returns ToolResult, a text, or Task<ToolResult>");
      run_ = [function = std::move(function)](Call& call) {
        return on_pool(call.host(), [&function, &call]() -> ToolResult {
          call.check();
          return function(call);
        });
      };
    }
  }

  [[nodiscard]] Task<ToolResult> operator()(Call& call) const { return run_(call); }

 private:
  std::function<Task<ToolResult>(Call&)> run_;
};

// MCP's hints; an unset one is not sent.
struct ToolAnnotations {
  std::optional<bool> read_only = {};
  std::optional<bool> destructive = {};
  std::optional<bool> idempotent = {};
  std::optional<bool> open_world = {};
};

struct Tool {
  std::string name;  // [a-z0-9_-]{1,64}
  std::string title;
  std::string description;
  std::string input_schema;  // JSON Schema of an object
  ToolAnnotations annotations;
  ToolHandler handler;
  std::string output_schema = {};
};

// A tool as MCP's tools/list has it.
[[nodiscard]] inline std::string to_json(const Tool& tool) {
  JsonObject hints;
  const auto& notes = tool.annotations;
  if (notes.read_only) hints.boolean("readOnlyHint", *notes.read_only);
  if (notes.destructive) hints.boolean("destructiveHint", *notes.destructive);
  if (notes.idempotent) hints.boolean("idempotentHint", *notes.idempotent);
  if (notes.open_world) hints.boolean("openWorldHint", *notes.open_world);
  JsonObject object;
  object.text("name", tool.name);
  if (!tool.title.empty()) object.text("title", tool.title);
  object.text("description", tool.description).raw("inputSchema", tool.input_schema);
  if (!tool.output_schema.empty()) object.raw("outputSchema", tool.output_schema);
  if (const auto text = hints.take(); text != "{}") object.raw("annotations", text);
  return object.take();
}

// For toolsets that keep something between calls: derive, or pass a vector of Tool to the makers.
class Toolset {
 public:
  explicit Toolset(std::vector<Tool> tools) : tools_(std::move(tools)) {}
  Toolset(const Toolset&) = delete;
  Toolset& operator=(const Toolset&) = delete;
  virtual ~Toolset() = default;

  // The session is over: memory kept for it may go. Any thread; returns at once.
  virtual void forget_session(std::string_view session_id) { static_cast<void>(session_id); }

  [[nodiscard]] const std::vector<Tool>& tools() const noexcept { return tools_; }

 protected:
  Toolset() = default;
  // Only in a constructor: handlers may then use members.
  void add(Tool tool) { tools_.push_back(std::move(tool)); }

 private:
  std::vector<Tool> tools_;
};

namespace detail {

class ToolsetObject : public sp_toolset {
 public:
  ToolsetObject(Host host, std::unique_ptr<Toolset> toolset)
      : sp_toolset{kStructSize<sp_toolset>, &list, &invoke, &forget_session, &destroy},
        host_(host),
        toolset_(std::move(toolset)) {
    JsonArray array;
    for (const auto& tool : toolset_->tools()) array.raw(to_json(tool));
    list_ = array.take();
  }

 private:
  static ToolsetObject& self(sp_toolset* at) noexcept { return *static_cast<ToolsetObject*>(at); }

  static sp_str list(sp_toolset* at) noexcept { return to_str(self(at).list_); }

  static sp_code invoke(sp_toolset* at, sp_str name, sp_str arguments, const sp_call* call,
                        sp_sink* sink, sp_op** out_op, sp_error* error) noexcept {
    return submit(sink, out_op, error, [&](Emitter& emitter) {
      for (const auto& tool : self(at).toolset_->tools()) {
        if (tool.name == to_view(name)) {
          return run(tool,
                     std::make_unique<Call>(self(at).host_, to_string(arguments), *call, emitter));
        }
      }
      throw Error(SP_NOT_FOUND, "there is no tool " + to_string(name));
    });
  }

  static Task<std::string> run(const Tool& tool, std::unique_ptr<Call> call) {
    const auto result = co_await tool.handler(*call);
    co_return result.to_json();
  }

  static void forget_session(sp_toolset* at, sp_str session_id) noexcept {
    guarded(nullptr, [&] { self(at).toolset_->forget_session(to_view(session_id)); });
  }

  static void destroy(sp_toolset* at) noexcept { delete static_cast<ToolsetObject*>(at); }

  Host host_;
  std::unique_ptr<Toolset> toolset_;
  std::string list_;
};

}  // namespace detail
}  // namespace v1
}  // namespace sandport
