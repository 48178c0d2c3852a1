// One plugin instance's host services over a real engine, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "host/engine/blocking_pool.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/http/client.hpp"
#include "host/engine/services/host_services.hpp"
#include "host/engine/websocket/client.hpp"
#include "tests/unit/host/engine/http_fixture.hpp"
#include "tests/unit/host/engine/service_sink.hpp"
#include "tests/unit/host/engine/temporary_directory.hpp"

namespace sandport::testing {

inline sp_str text(std::string_view from) { return {from.data(), from.size()}; }
inline sp_bytes bytes(std::string_view from) { return {from.data(), from.size()}; }

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() {
    context_.engine = &engine_;
    context_.pool = &pool_;
    context_.http = &http_;
    context_.websockets = &websockets_;
    context_.state_home = directory_.path() / "state";
    context_.log_level = SP_LOG_INFO;
    context_.log = [this](std::uint32_t level, std::string_view line) {
      log_ += std::to_string(level) + " " + std::string(line) + "\n";
    };
    context_.redact = [](std::string line) {
      for (auto at = line.find("hunter2"); at != std::string::npos; at = line.find("hunter2")) {
        line.replace(at, 7, "***");
      }
      return line;
    };
    context_.secret = [](std::string_view name) { return "value of " + std::string(name); };
    services_ = std::make_unique<HostServices>(context_, "com.example.plugin",
                                               std::vector<std::string>{"GRANTED"});
  }

  template <typename Service>
  const Service* service(const char* id) {
    const sp_host* host = services_->host();
    return static_cast<const Service*>(host->get_service(host, id));
  }

  // Where a call that fails on the spot says why.
  struct Slot : sp_error {
    Slot()
        : sp_error{sizeof(sp_error), [](sp_error* self, const sp_status* status) {
                     static_cast<Slot*>(self)->message =
                         std::string(status->message.data, status->message.size);
                   }} {}
    std::string message;
  };

  TemporaryDirectory directory_;
  std::string log_;
  Engine engine_{{.threads = 2}};
  BlockingPool pool_;
  HttpClient http_{engine_, no_proxy()};
  WebSocketClient websockets_{engine_, no_proxy()};
  ServiceContext context_;
  std::unique_ptr<HostServices> services_;
  Slot error_;
};

}  // namespace sandport::testing
