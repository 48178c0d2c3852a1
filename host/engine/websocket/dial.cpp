#include "host/engine/websocket/dial.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "core/error.hpp"
#include "host/engine/base64.hpp"
#include "host/engine/strand_event.hpp"

namespace sandport {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

// getaddrinfo cannot be interrupted: the waiting can.
struct Lookup {
  explicit Lookup(const Strand& strand) : resolver(strand), ended(strand) {}
  tcp::resolver resolver;
  StrandEvent ended;
  bool done = false;
  boost::system::error_code failure;
  tcp::resolver::results_type results;
};

asio::awaitable<tcp::resolver::results_type> look_up(const Strand& strand, const Url& where) {
  auto lookup = std::make_shared<Lookup>(strand);
  lookup->resolver.async_resolve(where.host, where.port, [lookup](auto failure, auto results) {
    lookup->failure = failure;
    lookup->results = std::move(results);
    lookup->done = true;
    lookup->ended.notify();
  });
  while (!lookup->done) co_await lookup->ended.wait();
  if (lookup->failure) {
    throw Error(Code::kUnavailable,
                "cannot resolve host " + where.host + ": " + lookup->failure.message(),
                Retry::kYes);
  }
  co_return lookup->results;
}

asio::awaitable<tcp::socket> connect_to(const Strand& strand, const Url& where) {
  const auto addresses = co_await look_up(strand, where);
  tcp::socket socket(strand);
  try {
    co_await asio::async_connect(socket, addresses, asio::use_awaitable);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    throw Error(
        Code::kUnavailable,
        "cannot connect to " + where.host + " port " + where.port + ": " + error.code().message(),
        Retry::kYes);
  }
  socket.set_option(tcp::no_delay(true));
  co_return socket;
}

asio::awaitable<void> ask_proxy(tcp::socket& socket, const Url& target, const Url& proxy) {
  const bool bare_six = target.host.find(':') != std::string::npos;
  const std::string authority =
      (bare_six ? '[' + target.host + ']' : target.host) + ':' + target.port;
  http::request<http::empty_body> request(http::verb::connect, authority, 11);
  request.set(http::field::host, authority);
  if (!proxy.user.empty()) {
    request.set(http::field::proxy_authorization,
                "Basic " + base64_encode(proxy.user + ':' + proxy.password));
  }
  co_await http::async_write(socket, request, asio::use_awaitable);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::empty_body> answer;
  // A success has no body, whatever its headers say: what follows belongs to the tunnel.
  answer.skip(true);
  co_await http::async_read_header(socket, buffer, answer, asio::use_awaitable);
  const unsigned status = answer.get().result_int();
  if (status / 100 == 2 && buffer.size() == 0) co_return;
  throw Error(Code::kFailedPrecondition, "the proxy " + proxy.host + " refused the connection to " +
                                             target.host + " with status " +
                                             std::to_string(status) +
                                             "; check the proxy settings (https_proxy, NO_PROXY)");
}

}  // namespace

asio::awaitable<tcp::socket> dial(Strand strand, const Url& target,
                                  const std::optional<Url>& proxy) {
  if (!proxy) co_return co_await connect_to(strand, target);
  if (proxy->scheme != "http") {
    throw Error(Code::kUnimplemented,
                "WebSocket connections go through http:// proxies only, not " + proxy->scheme +
                    "://; set an http proxy or list the host in NO_PROXY");
  }
  tcp::socket socket = co_await connect_to(strand, *proxy);
  try {
    co_await ask_proxy(socket, target, *proxy);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    throw Error(Code::kUnavailable,
                "the proxy " + proxy->host + " broke off: " + error.code().message(), Retry::kYes);
  }
  co_return socket;
}

}  // namespace sandport
