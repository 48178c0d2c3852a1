// Asks the plugin's builder as the host would.
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
  auto* builder = static_cast<sp_template_builder*>(made);

  int failures = 0;
  {
    testkit::RecordingSink sink;
    sink.start([&](sp_sink* at, sp_op** op, sp_error* error) {
      return builder->exists(builder, to_str("nothing"), at, op, error);
    });
    failures += sink.wait() != SP_OK;
    failures += sink.result() != R"({"exists":false})";
    failures += !sink.violations().empty();
    if (failures != 0)
      std::fprintf(stderr, "%s%s\n", sink.message().c_str(), sink.result().c_str());
  }
  builder->destroy(builder);
  return failures;
}
