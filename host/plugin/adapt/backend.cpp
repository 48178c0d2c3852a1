// A plugin's backend as core sees it.
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json_text.hpp"
#include "host/plugin/adapt.hpp"
#include "host/plugin/adapt/sandbox.hpp"
#include "host/plugin/adapt/status.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport {
namespace adapt {
namespace {

std::string spec_json(const SandboxSpec& spec) {
  auto json = nlohmann::json::object();
  if (!spec.work_dir.empty()) json["work_dir"] = spec.work_dir;
  if (!spec.env.empty()) json["env"] = spec.env;
  if (!spec.labels.empty()) json["labels"] = spec.labels;
  return json_text(json);
}

std::string filter_json(const SandboxFilter& filter) {
  nlohmann::json json{{"limit", filter.limit}};
  if (!filter.labels.empty()) json["labels"] = filter.labels;
  if (!filter.page.empty()) json["page"] = filter.page;
  return json_text(json);
}

class AbiBackend final : public Backend {
 public:
  AbiBackend(std::shared_ptr<BackendObject> object, std::string name)
      : object_(std::move(object)), name_(std::move(name)) {}

  const std::string& name() const override { return name_; }

  std::string capabilities_json() const override {
    if (!SP_HAS(sp_backend, abi(), capabilities)) return "{}";
    return copy(abi()->capabilities(abi()));
  }

  void validate(const SandboxSpec& spec) override {
    if (!SP_HAS(sp_backend, abi(), validate)) return;
    ErrorSlot slot;
    const auto json = spec_json(spec);
    const auto code = abi()->validate(abi(), to_abi(json), slot.abi());
    if (code != SP_OK) throw slot.take(code, name_ + ": the sandbox options are not valid");
  }

  Task<std::unique_ptr<Sandbox>> create(SandboxSpec spec) override {
    const auto json = spec_json(spec);
    co_return co_await receive_sandbox(
        object_, "create", Latecomer::kDispose,
        [self = abi(), &json](sp_sink* sink, sp_op** op, sp_error* error) {
          return self->create(self, to_abi(json), sink, op, error);
        });
  }

  Task<std::unique_ptr<Sandbox>> connect(std::string id, SandboxSpec spec) override {
    if (!SP_HAS(sp_backend, abi(), connect)) throw_lacking(*object_, "connect");
    const auto json = spec_json(spec);
    co_return co_await receive_sandbox(
        object_, "connect", Latecomer::kClose,
        [self = abi(), &id, &json](sp_sink* sink, sp_op** op, sp_error* error) {
          return self->connect(self, to_abi(id), to_abi(json), sink, op, error);
        });
  }

  Task<SandboxPage> list(SandboxFilter filter) override {
    if (!SP_HAS(sp_backend, abi(), list)) throw_lacking(*object_, "list");
    const auto json = filter_json(filter);
    const auto text = co_await run_for_text(
        object_, "list", [self = abi(), &json](sp_sink* sink, sp_op** op, sp_error* error) {
          return self->list(self, to_abi(json), sink, op, error);
        });
    co_return parse_page(text);
  }

  Task<void> dispose(std::string id) override {
    if (!SP_HAS(sp_backend, abi(), dispose)) throw_lacking(*object_, "dispose");
    co_await run_for_text(object_, "dispose",
                          [self = abi(), &id](sp_sink* sink, sp_op** op, sp_error* error) {
                            return self->dispose(self, to_abi(id), sink, op, error);
                          });
  }

 private:
  sp_backend* abi() const { return object_->abi(); }

  SandboxPage parse_page(const std::string& text) const {
    const auto& plugin = object_->monitor()->plugin();
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("sandboxes") || !json["sandboxes"].is_array()) {
      throw Error(Code::kInternal, plugin + ": the result of list has no array `sandboxes`");
    }
    SandboxPage page;
    for (const auto& item : json["sandboxes"]) {
      page.sandboxes.push_back(parse_sandbox_info(item.dump(), plugin));
    }
    if (const auto next = json.find("next_page"); next != json.end() && next->is_string()) {
      page.next_page = next->get<std::string>();
    }
    return page;
  }

  std::shared_ptr<BackendObject> object_;
  std::string name_;
};

}  // namespace
}  // namespace adapt

std::unique_ptr<Backend> adapt_backend(sp_backend* backend, std::string name,
                                       std::shared_ptr<PluginMonitor> monitor,
                                       std::shared_ptr<const void> keep) {
  auto object = std::make_shared<adapt::BackendObject>(backend, std::move(monitor), keep);
  if (!SP_HAS(sp_backend, backend, create)) adapt::throw_incomplete(*object, "create");
  return std::make_unique<adapt::AbiBackend>(std::move(object), std::move(name));
}

}  // namespace sandport
