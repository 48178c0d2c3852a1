// A plugin to start from: a model that says back what it was told. Ask a real one in chat().
#include <sandport/plugin.hpp>

#include <memory>
#include <string>

namespace {
using namespace sandport;

class MyModel final : public Model {
 public:
  // Streams the reply through `sink` as it comes, and returns the whole of it.
  Task<std::string> chat(ChatRequest request, ChatSink& sink) override {
    // The request is valid up to the first co_await only: build what you send before it.
    const std::string text = "messages so far: " + std::to_string(request.message_count());
    co_await sink.text(text);
    JsonArray content;
    content.raw(JsonObject{}.text("type", "text").text("text", text).take());
    const std::string message =
        JsonObject{}.text("role", "assistant").raw("content", content.take()).take();
    co_return JsonObject{}.raw("message", message).text("finish_reason", "stop").take();
  }
};

std::unique_ptr<Model> make_model(Host /*host*/, std::string_view /*config*/) {
  return std::make_unique<MyModel>();
}

constexpr auto kSchema = R"({"type":"object","properties":{},"additionalProperties":false})";
}  // namespace

SANDPORT_PLUGIN("com.example.my_plugin", "0.1.0", "MIT", "A plugin to start from",
                model_kind<make_model>("my_plugin", "A model to start from", kSchema))
