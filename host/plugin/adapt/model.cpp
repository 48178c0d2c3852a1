// A plugin's model as core sees it.
#include <nlohmann/json.hpp>
#include <utility>

#include "host/plugin/adapt.hpp"
#include "host/plugin/adapt/objects.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport {
namespace adapt {
namespace {

using Json = nlohmann::json;
using ModelObject = InstanceObject<sp_model>;

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::uint64_t count_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

Usage parse_usage(const Json& json) {
  if (!json.is_object()) return {};
  return {count_of(json, "input_tokens"), count_of(json, "output_tokens"),
          count_of(json, "cached_input_tokens"), count_of(json, "reasoning_tokens")};
}

void tell_tool_call(const std::string& payload, ReplyListener& listener) {
  const auto json = Json::parse(payload, nullptr, false);
  if (!json.is_object()) return;
  ToolCallDelta delta;
  delta.index = static_cast<std::uint32_t>(count_of(json, "index"));
  delta.id = text_of(json, "id");
  delta.name = text_of(json, "name");
  delta.arguments = text_of(json, "arguments");
  const auto complete = json.find("complete");
  delta.complete = complete != json.end() && complete->is_boolean() && complete->get<bool>();
  listener.on_tool_call(delta);
}

class AbiModel final : public Model {
 public:
  AbiModel(std::shared_ptr<ModelObject> object, std::string name)
      : object_(std::move(object)), name_(std::move(name)) {}

  const std::string& name() const override { return name_; }

  Task<ChatReply> chat(ChatRequest request, ReplyListener& listener) override {
    OperationOptions options;
    options.name = "chat";
    const auto operation = co_await start(
        object_, std::move(options), [this, &request](sp_sink* sink, sp_op** op, sp_error* error) {
          return submit(request, sink, op, error);
        });
    Json last_usage;
    while (auto event = co_await operation->next(OnCancel::kCancel)) {
      switch (event->channel) {
        case SP_CHANNEL_TEXT:
          listener.on_text(event->bytes());
          break;
        case SP_CHANNEL_REASONING:
          listener.on_reasoning(event->bytes());
          break;
        case SP_CHANNEL_TOOL_CALL:
          tell_tool_call(event->bytes(), listener);
          break;
        case SP_CHANNEL_USAGE:
          last_usage = Json::parse(event->bytes(), nullptr, false);
          break;
        default:
          break;
      }
    }
    const auto result = co_await operation->finish(OnCancel::kCancel);
    co_return parse_reply(std::get<std::string>(result), last_usage);
  }

 private:
  sp_code submit(const ChatRequest& request, sp_sink* sink, sp_op** op, sp_error* error) const {
    std::vector<sp_str> messages;
    messages.reserve(request.messages.size());
    for (const auto& message : request.messages) messages.push_back(to_abi(*message));
    sp_chat chat{};
    chat.struct_size = sizeof chat;
    chat.session_id = to_abi(request.session_id);
    chat.messages = messages.data();
    chat.message_count = messages.size();
    chat.tools = request.tools ? to_abi(*request.tools) : sp_str SP_STR("[]");
    chat.options = request.options.empty() ? sp_str SP_STR("{}") : to_abi(request.options);
    sp_model* const self = object_->abi();
    return self->chat(self, &chat, sink, op, error);
  }

  ChatReply parse_reply(const std::string& text, const Json& last_usage) const {
    const auto json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("message") || !json["message"].is_object()) {
      throw Error(Code::kInternal,
                  object_->monitor()->plugin() + ": the result of chat has no object `message`");
    }
    ChatReply reply;
    reply.message = json["message"].dump(-1, ' ', false, Json::error_handler_t::replace);
    reply.finish_reason = text_of(json, "finish_reason");
    reply.usage = parse_usage(json.contains("usage") ? json["usage"] : last_usage);
    reply.model = text_of(json, "model");
    return reply;
  }

  std::shared_ptr<ModelObject> object_;
  std::string name_;
};

}  // namespace
}  // namespace adapt

std::unique_ptr<Model> adapt_model(sp_model* model, std::string name,
                                   std::shared_ptr<PluginMonitor> monitor,
                                   std::shared_ptr<const void> keep) {
  auto object = std::make_shared<adapt::ModelObject>(model, std::move(monitor), std::move(keep));
  if (!SP_HAS(sp_model, model, chat)) adapt::throw_incomplete(*object, "chat");
  return std::make_unique<adapt::AbiModel>(std::move(object), std::move(name));
}

}  // namespace sandport
