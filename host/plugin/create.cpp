#include "host/plugin/create.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "host/plugin/adapt/status.hpp"

namespace sandport {
namespace {

template <typename Abi>
void destroy_as(void* object) {
  auto* const instance = static_cast<Abi*>(object);
  if (SP_HAS(Abi, instance, destroy)) instance->destroy(instance);
}

void destroy(std::string_view kind, void* object) {
  if (kind == SP_KIND_BACKEND) destroy_as<sp_backend>(object);
  if (kind == SP_KIND_TOOLSET) destroy_as<sp_toolset>(object);
  if (kind == SP_KIND_MODEL) destroy_as<sp_model>(object);
  if (kind == SP_KIND_TEMPLATE_BUILDER) destroy_as<sp_template_builder>(object);
}

// One call of create, kept where a plugin that hangs can still write to it.
class Creation {
 public:
  explicit Creation(const CreateRequest& request)
      : plugin_(request.plugin), config_(request.config), host_(request.host) {}

  void run() noexcept {
    void* object = nullptr;
    std::optional<Error> error;
    try {
      object = call(error);
    } catch (...) {
      error =
          Error(Code::kInternal, fmt::format("plugin {} let a C++ exception out of create ({}); "
                                             "this is a fault of the plugin",
                                             plugin_.plugin->id(),
                                             adapt::to_error(std::current_exception()).what()));
    }
    const std::lock_guard lock{mutex_};
    if (abandoned_) {
      if (object != nullptr) destroy(view(plugin_.kind->kind), object);
      return;
    }
    object_ = object;
    error_ = std::move(error);
    finished_ = true;
    changed_.notify_all();
  }

  void* wait(std::chrono::milliseconds limit) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, limit, [this] { return finished_; })) {
      abandoned_ = true;
      throw Error(
          Code::kDeadlineExceeded,
          fmt::format("plugin {} ({}) did not start within {} ms; remove it, or give it "
                      "longer with SANDPORT_PLUGIN_START_TIMEOUT",
                      plugin_.plugin->id(), plugin_.plugin->file().string(), limit.count()));
    }
    if (error_) throw Error(*error_);
    return object_;
  }

 private:
  void* call(std::optional<Error>& error) {
    adapt::ErrorSlot slot;
    void* object = nullptr;
    const sp_kind& kind = *plugin_.kind;
    const std::string id = plugin_.plugin->id();
    const auto code = plugin_.plugin->table().create(
        host_.get(), kind.kind, kind.name, {config_.data(), config_.size()}, &object, slot.abi());
    if (code != SP_OK) {
      error = slot.take(code, fmt::format("plugin {} did not start", id));
      return nullptr;
    }
    if (object == nullptr) {
      error =
          Error(Code::kInternal, fmt::format("plugin {} reported success but made nothing", id));
    }
    return object;
  }

  const FoundPlugin plugin_;
  const std::string config_;
  const std::shared_ptr<const sp_host> host_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
  bool abandoned_ = false;
  void* object_ = nullptr;
  std::optional<Error> error_;
};

}  // namespace

void* create_instance(const CreateRequest& request) {
  const auto creation = std::make_shared<Creation>(request);
  request.run([creation] { creation->run(); });
  return creation->wait(request.limit);
}

}  // namespace sandport
