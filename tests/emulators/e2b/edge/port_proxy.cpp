#include "tests/emulators/e2b/edge/port_proxy.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cctype>

namespace sandport::e2b_emulator {
namespace asio = boost::asio;

namespace {

bool same_header(std::string_view name, std::string_view other) {
  return name.size() == other.size() &&
         std::equal(name.begin(), name.end(), other.begin(), [](unsigned char a, unsigned char b) {
           return std::tolower(a) == std::tolower(b);
         });
}

// The request's head for the service: one request on one connection, its body with a length.
std::string forwarded_head(const testing::ServerRequest& request, std::size_t body_size) {
  std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers) {
    if (same_header(name, "connection") || same_header(name, "transfer-encoding") ||
        same_header(name, "content-length") || same_header(name, "e2b-traffic-access-token")) {
      continue;
    }
    head += name + ": " + value + "\r\n";
  }
  if (body_size > 0) head += "Content-Length: " + std::to_string(body_size) + "\r\n";
  return head + "Connection: close\r\n\r\n";
}

}  // namespace

Task<bool> proxy_to_port(Call& call, std::uint16_t port) {
  asio::ip::tcp::socket service(co_await asio::this_coro::executor);
  const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  const auto [refused] =
      co_await service.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
  if (refused) co_return false;
  const std::string body = co_await call.exchange.read_all();
  const std::string request = forwarded_head(call.exchange.request(), body.size()) + body;
  co_await asio::async_write(service, asio::buffer(request), asio::use_awaitable);
  std::string buffer(64 * 1024, '\0');
  for (;;) {
    const auto [error, size] =
        co_await service.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
    if (error) break;
    co_await call.exchange.write(buffer.substr(0, size));
  }
  call.exchange.close();
  co_return true;
}

}  // namespace sandport::e2b_emulator
