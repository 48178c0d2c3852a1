// Asks the plugin's model as the host would.
#include <cstdio>
#include <sandport/testkit/testkit.hpp>

int main() {
  using namespace sandport;
  testkit::FakeHost host;
  void* made = nullptr;
  const auto& kind = *sandport_v1.kinds[0];
  if (sandport_v1.create(host.get(), kind.kind, kind.name, to_str("{}"), &made, nullptr) != SP_OK) {
    return 1;
  }
  auto* model = static_cast<sp_model*>(made);
  const sp_str message = to_str(R"({"role":"user","content":[{"type":"text","text":"Hello."}]})");
  sp_chat chat{};
  chat.struct_size = sizeof chat;
  chat.messages = &message;
  chat.message_count = 1;

  int failures = 0;
  {
    testkit::RecordingSink sink;
    sink.start([&](sp_sink* at, sp_op** op, sp_error* error) {
      return model->chat(model, &chat, at, op, error);
    });
    failures += sink.wait() != SP_OK;
    failures += sink.result().find("messages so far: 1") == std::string::npos;
    failures += !sink.violations().empty();
    if (failures != 0)
      std::fprintf(stderr, "%s%s\n", sink.message().c_str(), sink.result().c_str());
  }
  model->destroy(model);
  return failures;
}
