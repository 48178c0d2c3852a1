// What the HTTP client's tests share: an engine, a client without proxies, and short cuts.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/error.hpp"
#include "host/engine/block_on.hpp"
#include "host/engine/http/client.hpp"
#include "tests/support/http_server.hpp"

namespace sandport::testing {

inline NetworkSettings no_proxy() {
  NetworkSettings settings;
  settings.proxy = "";
  return settings;
}

struct Reply {
  HttpHead head;
  std::string body;
};

class HttpClientTest : public ::testing::Test {
 protected:
  Reply fetch(HttpRequest request) {
    return block_on(engine_, fetch_on(client_, std::move(request)));
  }

  // What the exchange fails with; a success is a test failure.
  Error failure_of(HttpRequest request) { return failure_on(client_, std::move(request)); }

  Error failure_on(HttpClient& client, HttpRequest request) {
    try {
      const Reply reply = block_on(engine_, fetch_on(client, std::move(request)));
      ADD_FAILURE() << "got status " << reply.head.status << " instead of an error";
    } catch (const Error& error) {
      return error;
    }
    return {Code::kOk, ""};
  }

  static boost::asio::awaitable<Reply> fetch_on(HttpClient& client, HttpRequest request) {
    HttpResponse response = co_await client.send(std::move(request));
    HttpHead head = response.head();
    std::string body = co_await response.read_all(std::size_t{1} << 30);
    co_return Reply{std::move(head), std::move(body)};
  }

  Engine engine_{{.threads = 2}};
  HttpClient client_{engine_, no_proxy()};
};

}  // namespace sandport::testing
