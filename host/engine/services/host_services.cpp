#include "host/engine/services/host_services.hpp"

#include <cstring>
#include <optional>

#include "host/engine/services/tables.hpp"
#include "host/version.hpp"

namespace sandport {

struct HostServices::State : sp_host {
  State(const ServiceContext& context, const std::string& plugin, std::vector<std::string> granted)
      : sp_host{},
        log(context, plugin),
        timer(*context.engine),
        blocking(*context.pool),
        secret(context, std::move(granted)),
        state_dir(context.state_home / plugin) {
    if (context.http != nullptr) http.emplace(*context.engine, *context.http);
    if (context.websockets != nullptr) websockets.emplace(*context.engine, *context.websockets);
    struct_size = sizeof(sp_host);
    abi_minor = SP_ABI_MINOR;
    sp_host::version = {sandport::version().data(), sandport::version().size()};
    get_service = [](const sp_host* self, const char* id) {
      return static_cast<const State*>(self)->find(id);
    };
  }

  [[nodiscard]] const void* find(std::string_view id) const noexcept {
    if (id == SP_SERVICE_LOG) return static_cast<const sp_log*>(&log);
    if (id == SP_SERVICE_CLOCK) return static_cast<const sp_clock*>(&clock);
    if (id == SP_SERVICE_TIMER) return static_cast<const sp_timer*>(&timer);
    if (id == SP_SERVICE_BLOCKING) return static_cast<const sp_blocking*>(&blocking);
    if (id == SP_SERVICE_SECRET) return static_cast<const sp_secret*>(&secret);
    if (id == SP_SERVICE_STATE_DIR) return static_cast<const sp_state_dir*>(&state_dir);
    if (id == SP_SERVICE_HTTP && http) return static_cast<const sp_http*>(&*http);
    if (id == SP_SERVICE_WEBSOCKET && websockets) {
      return static_cast<const sp_websockets*>(&*websockets);
    }
    return nullptr;
  }

  services::Log log;
  services::Clock clock;
  services::Timer timer;
  services::Blocking blocking;
  services::Secret secret;
  services::StateDir state_dir;
  std::optional<services::Http> http;
  std::optional<services::WebSockets> websockets;
};

HostServices::HostServices(const ServiceContext& context, std::string plugin,
                           std::vector<std::string> granted)
    : state_(std::make_unique<State>(context, plugin, std::move(granted))) {}

HostServices::~HostServices() = default;

const sp_host* HostServices::host() const { return state_.get(); }

}  // namespace sandport
