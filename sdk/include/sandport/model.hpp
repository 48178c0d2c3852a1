// Writing a model: one reply to a conversation, streamed.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/host.hpp>
#include <sandport/json_text.hpp>
#include <sandport/operation.hpp>
#include <sandport/task.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {
inline namespace v1 {

// A view on the host's request: everything in it is valid only until chat() first suspends, so
// build the provider's request before the first co_await.
class ChatRequest {
 public:
  explicit ChatRequest(const sp_chat& chat) noexcept : chat_(&chat) {}

  [[nodiscard]] std::string_view session_id() const noexcept { return to_view(chat_->session_id); }
  [[nodiscard]] std::size_t message_count() const noexcept { return chat_->message_count; }
  // One JSON object, see abi/model.h.
  [[nodiscard]] std::string_view message(std::size_t index) const noexcept {
    return to_view(chat_->messages[index]);
  }
  [[nodiscard]] std::string_view tools() const noexcept { return to_view(chat_->tools); }
  [[nodiscard]] std::string_view options() const noexcept { return to_view(chat_->options); }

 private:
  const sp_chat* chat_;
};

// A piece of a tool call; id and name come with the first one. Not an aggregate: g++ 12 destroys
// those twice inside an awaited expression.
struct ToolCallDelta {
  ToolCallDelta() = default;

  std::int64_t index = 0;
  std::string id = {};
  std::string name = {};
  std::string arguments = {};  // fragment
  bool complete = false;
};

// Where chat() sends what the model says, as it says it.
class ChatSink {
 public:
  explicit ChatSink(Emitter& emitter) noexcept : emitter_(emitter) {}

  [[nodiscard]] Task<void> text(std::string_view fragment) {
    return emitter_.emit(SP_CHANNEL_TEXT, fragment);
  }
  [[nodiscard]] Task<void> reasoning(std::string_view fragment) {
    return emitter_.emit(SP_CHANNEL_REASONING, fragment);
  }
  [[nodiscard]] Task<void> tool_call(ToolCallDelta delta) {
    JsonObject object;
    object.number("index", delta.index);
    if (!delta.id.empty()) object.text("id", delta.id);
    if (!delta.name.empty()) object.text("name", delta.name);
    object.text("arguments", delta.arguments);
    if (delta.complete) object.boolean("complete", true);
    return owned(emitter_, SP_CHANNEL_TOOL_CALL, object.take());
  }
  // `json` as abi/model.h has it.
  [[nodiscard]] Task<void> usage(std::string json) {
    return owned(emitter_, SP_CHANNEL_USAGE, std::move(json));
  }

  [[nodiscard]] Emitter& emitter() noexcept { return emitter_; }

 private:
  static Task<void> owned(Emitter& emitter, std::uint32_t channel, std::string payload) {
    co_await emitter.emit(channel, payload);
  }
  Emitter& emitter_;
};

class Model {
 public:
  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual ~Model() = default;

  // Returns the result JSON of abi/model.h.
  [[nodiscard]] virtual Task<std::string> chat(ChatRequest request, ChatSink& sink) = 0;

  // Returns JSON [{"id", "context_tokens"?}…].
  [[nodiscard]] virtual Task<std::string> models() {
    throw Error(SP_UNIMPLEMENTED, "this model has no list of models");
  }
};

namespace detail {

class ModelObject : public sp_model {
 public:
  explicit ModelObject(std::unique_ptr<Model> model) noexcept
      : sp_model{kStructSize<sp_model>, &chat, &models, &destroy}, model_(std::move(model)) {}

 private:
  static Model& self(sp_model* at) noexcept { return *static_cast<ModelObject*>(at)->model_; }

  static sp_code chat(sp_model* at, const sp_chat* request, sp_sink* sink, sp_op** out_op,
                      sp_error* error) noexcept {
    return submit(sink, out_op, error, [&](Emitter& emitter) {
      return run(self(at), ChatRequest{*request}, std::make_unique<ChatSink>(emitter));
    });
  }
  static Task<std::string> run(Model& model, ChatRequest request, std::unique_ptr<ChatSink> sink) {
    co_return co_await model.chat(request, *sink);
  }
  static sp_code models(sp_model* at, sp_sink* sink, sp_op** out_op, sp_error* error) noexcept {
    return submit(sink, out_op, error, [&](Emitter&) { return self(at).models(); });
  }
  static void destroy(sp_model* at) noexcept { delete static_cast<ModelObject*>(at); }

  std::unique_ptr<Model> model_;
};

}  // namespace detail
}  // namespace v1
}  // namespace sandport
