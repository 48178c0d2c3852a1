// A plugin to start from: a template builder that builds nothing and remembers names. Every text is
// JSON, as sandport/abi/template_builder.h has it.
#include <sandport/plugin.hpp>

#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace {
using namespace sandport;

class MyBuilder final : public TemplateBuilder {
 public:
  Task<std::string> plan(std::string source) override {
    co_return JsonObject{}
        .raw("request", source)
        .raw("files", "[]")
        .raw("diagnostics", "[]")
        .take();
  }
  Task<std::string> build(std::string source, BuildSink& sink) override {
    const std::string log =
        JsonObject{}.text("level", "info").text("message", "nothing to do").take();
    co_await sink.log(log);
    keep(source);
    co_return done(source);
  }
  Task<std::string> follow(std::string build, BuildSink& /*sink*/) override {
    co_return done(build);
  }
  Task<std::string> status(std::string /*build*/) override { co_return R"({"state":"ready"})"; }
  Task<std::string> list() override { co_return "[]"; }
  Task<std::string> exists(std::string name) override {
    co_return has(name) ? R"({"exists":true})" : R"({"exists":false})";
  }
  Task<std::string> tag(std::string /*request*/) override { co_return "{}"; }
  Task<void> remove(std::string name) override {
    const std::lock_guard lock(mutex_);
    names_.erase(name);
    co_return;
  }

 private:
  static std::string done(const std::string& name) {
    return JsonObject{}
        .text("template_id", name)
        .text("build_id", "1")
        .text("state", "ready")
        .boolean("reused", false)
        .take();
  }
  void keep(const std::string& name) {
    const std::lock_guard lock(mutex_);
    names_.insert(name);
  }
  bool has(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return names_.count(name) != 0;
  }
  std::mutex mutex_;
  std::set<std::string> names_;
};

std::unique_ptr<TemplateBuilder> make_builder(Host /*host*/, std::string_view /*config*/) {
  return std::make_unique<MyBuilder>();
}

constexpr auto kSchema = R"({"type":"object","properties":{},"additionalProperties":false})";
}  // namespace

SANDPORT_PLUGIN("com.example.my_plugin", "0.1.0", "MIT", "A plugin to start from",
                template_builder_kind<make_builder>("my_plugin", "Templates to start from",
                                                    kSchema))
