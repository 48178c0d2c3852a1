// A backend whose sandboxes take long to make, and which writes down what becomes of them.
#include <sandport/plugin.hpp>
#include <sandport/testkit/memory_sandbox.hpp>

#include <fstream>

namespace {

using namespace sandport;

// The host hands the options over with their spaces left out; a test plugin may be this simple.
std::string option(std::string_view config, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  const std::size_t at = config.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + key.size();
  return std::string(config.substr(begin, config.find('"', begin) - begin));
}

void note_in(const std::string& report, std::string_view line) {
  std::ofstream(report, std::ios::app) << line << '\n';
}

// As good as for ever.
Task<void> wait_for_cancel(Host host, std::string report) {
  bool cancelled = false;
  try {
    co_await sleep_for(host, std::chrono::hours(1));
  } catch (const Cancelled&) {
    cancelled = true;
  }
  note_in(report, cancelled ? "cancelled" : "slept");
}

class SlowSandbox final : public testkit::MemorySandbox {
 public:
  SlowSandbox(Host host, std::string report) : host_(host), report_(std::move(report)) {}
  const std::string& id() const noexcept override { return id_; }
  Task<void> dispose() override {
    note_in(report_, "disposing");
    co_await wait_for_cancel(host_, report_);
    throw Cancelled{};
  }

 private:
  Host host_;
  std::string report_;
  std::string id_ = "slow-1";
};

class SlowBackend final : public Backend {
 public:
  SlowBackend(Host host, std::string_view config)
      : host_(host), report_(option(config, "report")), slow_(option(config, "slow")) {}

  std::string capabilities() const override {
    return R"({"extensions":[],"limits":{},"host_url":false,"background":false})";
  }

  Task<CreatedSandbox> create(std::string) override {
    note("creating");
    if (slow_ == "dispose") {
      const std::string report = report_;
      CreatedSandbox made{std::make_unique<SlowSandbox>(host_, report),
                          R"({"id":"slow-1","state":"running","home":"/root","work_dir":"/work",)"
                          R"("labels":{}})"};
      co_return made;
    }
    co_await wait_for_cancel(host_, report_);
    throw Error(SP_CANCELLED, "cancelled");
  }
  Task<CreatedSandbox> connect(std::string id, std::string) override {
    throw Error(SP_NOT_FOUND, "no sandbox " + id);
  }
  Task<std::string> list(std::string) override { co_return R"({"sandboxes":[]})"; }
  Task<void> dispose(std::string) override { co_return; }

 private:
  void note(std::string_view line) const { note_in(report_, line); }

  Host host_;
  std::string report_;
  std::string slow_;  // "dispose"; else: create
};

std::unique_ptr<Backend> make_backend(Host host, std::string_view config) {
  return std::make_unique<SlowBackend>(host, config);
}

}  // namespace

SANDPORT_PLUGIN(
    "test.slow", "1.0.0", "Apache-2.0", "A slow backend",
    backend_kind<make_backend>("slow", "Sandboxes that are never ready",
                               R"({"type":"object","properties":{"report":{"type":"string"},)"
                               R"("slow":{"type":"string"}}})"))
