// A plugin to start from: a backend whose sandboxes hold files in this process's memory and know no
// command. Put your own Sandbox, one class with the same members, in place of the testkit's.
#include <sandport/plugin.hpp>
#include <sandport/testkit/memory_sandbox.hpp>

#include <memory>
#include <mutex>
#include <string>

namespace {
using namespace sandport;

class MySandbox final : public testkit::MemorySandbox {
 public:
  explicit MySandbox(std::string id) : id_(std::move(id)) {}

  const std::string& id() const noexcept override { return id_; }
  Task<std::string> info() override { co_return describe(id_); }

  static std::string describe(const std::string& id) {
    return JsonObject{}
        .text("id", id)
        .text("state", "running")
        .text("home", "/root")
        .text("work_dir", "/work")
        .raw("labels", "{}")
        .take();
  }

 private:
  std::string id_;
};

class MyBackend final : public Backend {
 public:
  std::string capabilities() const override {
    return R"({"extensions":["sp.sandbox.fs/1"],"limits":{},"host_url":false,"background":false})";
  }
  Task<CreatedSandbox> create(std::string /*spec*/) override {
    const std::string id = next_id();
    co_return CreatedSandbox{std::make_unique<MySandbox>(id), MySandbox::describe(id)};
  }
  Task<CreatedSandbox> connect(std::string id, std::string /*spec*/) override {
    throw Error(SP_NOT_FOUND, "there is no sandbox " + id);
  }
  Task<std::string> list(std::string /*filter*/) override { co_return R"({"sandboxes":[]})"; }
  Task<void> dispose(std::string /*id*/) override { co_return; }

 private:
  std::string next_id() {
    const std::lock_guard lock(mutex_);
    return "my-" + std::to_string(++last_);
  }
  std::mutex mutex_;
  int last_ = 0;
};

std::unique_ptr<Backend> make_backend(Host /*host*/, std::string_view /*config*/) {
  return std::make_unique<MyBackend>();
}

constexpr auto kSchema = R"({"type":"object","properties":{},"additionalProperties":false})";
}  // namespace

SANDPORT_PLUGIN("com.example.my_plugin", "0.1.0", "MIT", "A plugin to start from",
                backend_kind<make_backend>("my_plugin", "A backend to start from", kSchema))
