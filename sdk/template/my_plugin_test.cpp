// Calls the plugin's tool as the host would, with a sandbox in memory.
#include <cstdio>
#include <memory>
#include <sandport/testkit/testkit.hpp>

int main() {
  using namespace sandport;
  testkit::FakeHost host;
  auto box = std::make_unique<testkit::MemorySandbox>();
  box->on_exec = [](const ExecRequest&) { return testkit::ScriptedRun{"Linux test\n"}; };
  const testkit::LentSandbox sandbox{std::move(box)};

  void* made = nullptr;
  const auto& kind = *sandport_v1.kinds[0];
  if (sandport_v1.create(host.get(), kind.kind, kind.name, to_str("{}"), &made, nullptr) != SP_OK) {
    return 1;
  }
  auto* toolset = static_cast<sp_toolset*>(made);
  sp_call call{};
  call.struct_size = sizeof call;
  call.sandbox = sandbox.get();

  int failures = 0;
  {
    testkit::RecordingSink sink;
    sink.start([&](sp_sink* at, sp_op** op, sp_error* error) {
      return toolset->invoke(toolset, to_str("kernel"), to_str("{}"), &call, at, op, error);
    });
    failures += sink.wait() != SP_OK;
    failures += sink.result().find("Linux test") == std::string::npos;
    failures += !sink.violations().empty();
    if (failures != 0)
      std::fprintf(stderr, "%s%s\n", sink.message().c_str(), sink.result().c_str());
  }
  toolset->destroy(toolset);
  return failures;
}
