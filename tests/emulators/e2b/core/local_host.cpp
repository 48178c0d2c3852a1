#include "tests/emulators/e2b/core/local_host.hpp"

#include <stdlib.h>

#include <iostream>
#include <string>

#include "core/error.hpp"
#include "host/engine/blocking_pool.hpp"
#include "host/engine/services/host_services.hpp"
#include "host/plugin/adapt.hpp"
#include "host/plugin/create.hpp"
#include "host/plugin/monitor.hpp"
#include "host/plugin/registry.hpp"

namespace sandport::e2b_emulator {
namespace {

// A micro-VM passes nothing of this machine's environment on, and its envd waits for the end of
// output as long as it takes.
constexpr const char* kLocalConfig =
    R"({"inherit_env": [], "output_grace": "24h", "home": "sandbox"})";

std::filesystem::path fresh_directory() {
  std::string pattern = std::filesystem::temp_directory_path() / "sandport-e2b-emulator-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(Code::kInternal,
                "no directory could be made in " + std::filesystem::temp_directory_path().native());
  }
  return std::filesystem::canonical(pattern);
}

void log_plugin_line(std::uint32_t, std::string_view line) { std::cerr << line << std::endl; }

}  // namespace

// Members are destroyed in reverse: what uses a thing goes before it.
struct LocalHost::State {
  explicit State(const std::filesystem::path& plugins)
      : directory(fresh_directory()), engine({.threads = 2}), registry({plugins}) {
    ServiceContext context;
    context.engine = &engine;
    context.pool = &pool;
    context.state_home = directory / "plugins";
    context.log = log_plugin_line;
    context.redact = [](std::string text) { return text; };
    context.secret = [](std::string_view) -> std::string {
      throw Error(Code::kNotFound, "the emulator has no secrets");
    };
    CreateRequest request;
    request.plugin = registry.find("backend", "local");
    services = std::make_shared<HostServices>(context, request.plugin.plugin->id(),
                                              std::vector<std::string>{});
    request.config = kLocalConfig;
    request.host = std::shared_ptr<const sp_host>(services, services->host());
    request.run = [this](std::function<void()> work) { pool.submit(std::move(work)); };
    const auto monitor = std::make_shared<PluginMonitor>(
        request.plugin.plugin->id(), OperationLimits{}, [](const Misbehaviour& fault) {
          std::cerr << "plugin " << fault.plugin << " broke the rule " << fault.rule << ": "
                    << fault.detail << std::endl;
        });
    backend = adapt_backend(static_cast<sp_backend*>(create_instance(request)), "local", monitor,
                            services);
  }

  ~State() {
    backend.reset();
    engine.stop();
    pool.stop();
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }

  std::filesystem::path directory;
  Engine engine;
  BlockingPool pool;
  PluginRegistry registry;
  std::shared_ptr<HostServices> services;
  std::unique_ptr<Backend> backend;
};

LocalHost::LocalHost(const std::filesystem::path& plugins)
    : state_(std::make_unique<State>(plugins)) {}
LocalHost::~LocalHost() = default;

Engine& LocalHost::engine() { return state_->engine; }
Backend& LocalHost::backend() { return *state_->backend; }
const std::filesystem::path& LocalHost::directory() const { return state_->directory; }

}  // namespace sandport::e2b_emulator
