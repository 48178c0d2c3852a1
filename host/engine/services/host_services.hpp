// What the host lends to one plugin instance: the sp_host and the services behind it.
#pragma once

#include <sandport/abi.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sandport {

class BlockingPool;
class Engine;
class HttpClient;
class WebSocketClient;

// What all instances share. Everything in it outlives every HostServices; the functions are called
// from any thread.
struct ServiceContext {
  Engine* engine = nullptr;
  BlockingPool* pool = nullptr;
  HttpClient* http = nullptr;             // null: the service is not offered
  WebSocketClient* websockets = nullptr;  // null: the service is not offered
  std::filesystem::path state_home;       // where the plugins' state directories are
  std::uint32_t log_level = SP_LOG_WARN;
  // One line, already with the plugin's name and without secrets.
  std::function<void(std::uint32_t level, std::string_view line)> log;
  std::function<std::string(std::string)> redact;
  // Throws Error kNotFound when the secret is not set.
  std::function<std::string(std::string_view name)> secret;
};

// Outlives the instance that it is lent to.
class HostServices {
 public:
  // granted: the secrets that this instance may ask for.
  HostServices(const ServiceContext& context, std::string plugin, std::vector<std::string> granted);
  ~HostServices();
  HostServices(const HostServices&) = delete;
  HostServices& operator=(const HostServices&) = delete;

  [[nodiscard]] const sp_host* host() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport
