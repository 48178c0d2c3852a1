// The C table of each service, over the host's own objects.
#pragma once

#include <sandport/abi.h>

#include <filesystem>
#include <string>
#include <vector>

#include "host/engine/services/host_services.hpp"

namespace sandport::services {

struct Log : sp_log {
  Log(const ServiceContext& context, std::string plugin);
  const ServiceContext& context;
  std::string plugin;
};

struct Clock : sp_clock {
  Clock();
};

struct Timer : sp_timer {
  explicit Timer(Engine& engine);
  Engine& engine;
};

struct Blocking : sp_blocking {
  explicit Blocking(BlockingPool& pool);
  BlockingPool& pool;
};

struct Http : sp_http {
  Http(Engine& engine, HttpClient& client);
  Engine& engine;
  HttpClient& client;
};

struct WebSockets : sp_websockets {
  WebSockets(Engine& engine, WebSocketClient& client);
  Engine& engine;
  WebSocketClient& client;
};

struct Secret : sp_secret {
  Secret(const ServiceContext& context, std::vector<std::string> granted);
  const ServiceContext& context;
  std::vector<std::string> granted;
};

struct StateDir : sp_state_dir {
  explicit StateDir(std::filesystem::path path);
  std::filesystem::path directory;
};

}  // namespace sandport::services
