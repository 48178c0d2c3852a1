#include "host/assembly/runtime.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "core/session/home.hpp"
#include "host/engine/block_on.hpp"
#include "host/engine/blocking_pool.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/http/client.hpp"
#include "host/engine/secrets.hpp"
#include "host/engine/services/host_services.hpp"
#include "host/engine/websocket/client.hpp"
#include "host/manifest/secrets.hpp"
#include "host/plugin/adapt.hpp"
#include "host/plugin/create.hpp"
#include "host/plugin/search_path.hpp"
#include "host/version.hpp"

namespace sandport {
namespace {

NetworkSettings network_settings() {
  NetworkSettings settings;
  settings.user_agent = fmt::format("sandport/{}", version());
  return settings;
}

void write_log_line(std::string_view line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::cerr << line << std::endl;
}

}  // namespace

// Members are destroyed in reverse: what uses a thing goes before it.
struct Runtime::State {
  explicit State(RuntimeOptions given)
      : options(given),
        http(engine, network_settings()),
        websockets(engine, network_settings()),
        registry(plugin_search_path()) {
    services.engine = &engine;
    services.pool = &pool;
    services.http = &http;
    services.websockets = &websockets;
    services.state_home = home_directory() / "plugins";
    services.log_level = options.logging == Logging::kEverything ? SP_LOG_DEBUG : SP_LOG_WARN;
    services.log = [](std::uint32_t, std::string_view line) { write_log_line(line); };
    services.redact = [this](std::string text) { return secrets.redact(std::move(text)); };
    services.secret = [this](std::string_view name) { return secrets.get(name); };
  }

  ~State() {
    let_plugins_finish();
    if (store) store->close();
    engine.stop();
    pool.stop();
  }

  // Their last operations end on the engine; what comes later is not listened to.
  void let_plugins_finish() {
    const auto latest = std::chrono::steady_clock::now() + OperationLimits{}.cancel_grace;
    for (const auto& weak : monitors) {
      const std::shared_ptr<PluginMonitor> monitor = weak.lock();
      if (!monitor) continue;
      if (sandport::start(engine, drained(monitor)).wait_until(latest) !=
          std::future_status::ready) {
        write_log_line(fmt::format("sandport: plugin {} still runs {} operations; not waited for",
                                   monitor->plugin(), monitor->in_flight()));
      }
      monitor->detach();
    }
  }

  static Task<void> drained(std::shared_ptr<PluginMonitor> monitor) { co_await monitor->drained(); }

  RuntimeOptions options;
  Secrets secrets;
  Engine engine;
  BlockingPool pool;
  HttpClient http;
  WebSocketClient websockets;
  ServiceContext services;
  PluginRegistry registry;
  std::optional<SessionStore> store;
  std::vector<std::weak_ptr<PluginMonitor>> monitors;
};

// What a plugin made, with what it was lent.
struct Runtime::Instance {
  void* object = nullptr;
  std::shared_ptr<HostServices> services;
  std::shared_ptr<PluginMonitor> monitor;
};

namespace {

// There is no way to take a thread back from a plugin, so the process ends. Instances are started
// before any sandbox is made: nothing is left behind.
[[noreturn]] void give_up(const std::string& message) {
  std::cerr << "sandport: " << message << std::endl;
  std::_Exit(1);
}

}  // namespace

Runtime::Runtime(RuntimeOptions options) : state_(std::make_unique<State>(options)) {}
Runtime::~Runtime() = default;

Engine& Runtime::engine() { return state_->engine; }
PluginRegistry& Runtime::plugins() { return state_->registry; }

SessionStore& Runtime::store() {
  if (!state_->store) {
    StoreOptions options;
    options.directory = home_directory();
    options.redactor = state_->services.redact;
    state_->store.emplace(std::move(options));
  }
  return *state_->store;
}

std::string Runtime::secret(std::string_view name) { return state_->secrets.get(name); }
std::string Runtime::redact(std::string text) const {
  return state_->secrets.redact(std::move(text));
}

Runtime::Instance Runtime::start(const FoundPlugin& plugin, const manifest::PluginUse& use) {
  const std::string id = plugin.plugin->id();
  Instance instance;
  instance.services = std::make_shared<HostServices>(state_->services, id, use.secrets);
  instance.monitor =
      std::make_shared<PluginMonitor>(id, OperationLimits{}, [](const Misbehaviour& fault) {
        write_log_line(fmt::format("sandport: plugin {} broke the rule {}: {}", fault.plugin,
                                   fault.rule, fault.detail));
      });

  state_->monitors.push_back(instance.monitor);

  CreateRequest request;
  request.plugin = plugin;
  request.config = manifest::resolve_secrets_in_json(
      use.options, [this](std::string_view name) { return secret(name); });
  request.host = std::shared_ptr<const sp_host>(instance.services, instance.services->host());
  request.limit = state_->options.plugin_start_timeout;
  request.run = [this](std::function<void()> work) { state_->pool.submit(std::move(work)); };
  try {
    instance.object = create_instance(request);
  } catch (const Error& error) {
    if (error.code() == Code::kDeadlineExceeded) give_up(error.what());
    throw Error(error.code(), redact(fmt::format("{}: {}", use.uses, error.what())),
                error.retryable() ? Retry::kYes : Retry::kNo, error.retry_after(), error.reason());
  }
  return instance;
}

std::unique_ptr<Backend> Runtime::make_backend(const FoundPlugin& plugin,
                                               const manifest::PluginUse& use) {
  const Instance instance = start(plugin, use);
  return adapt_backend(static_cast<sp_backend*>(instance.object), use.uses, instance.monitor,
                       instance.services);
}

std::unique_ptr<Model> Runtime::make_model(const FoundPlugin& plugin,
                                           const manifest::PluginUse& use) {
  const Instance instance = start(plugin, use);
  return adapt_model(static_cast<sp_model*>(instance.object), use.uses, instance.monitor,
                     instance.services);
}

std::shared_ptr<Toolset> Runtime::make_toolset(const FoundPlugin& plugin,
                                               const manifest::PluginUse& use) {
  const Instance instance = start(plugin, use);
  return adapt_toolset(static_cast<sp_toolset*>(instance.object), use.uses, instance.monitor,
                       instance.services);
}

std::unique_ptr<TemplateBuilder> Runtime::make_template_builder(const FoundPlugin& plugin,
                                                                const manifest::PluginUse& use) {
  const Instance instance = start(plugin, use);
  return adapt_template_builder(static_cast<sp_template_builder*>(instance.object), use.uses,
                                instance.monitor, instance.services);
}

}  // namespace sandport
