#include "tests/support/http_server.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cctype>
#include <charconv>
#include <future>
#include <list>
#include <thread>

namespace sandport::testing {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

std::string format_head(int status, const std::string& headers) {
  const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) + "\r\n" + headers +
         (headers.empty() ? "" : "\r\n");
}

// The connection, with TLS or without.
struct Transport {
  explicit Transport(tcp::socket on) : socket(std::move(on)) {}

  asio::awaitable<void> handshake(asio::ssl::context& context) {
    tls.emplace(socket, context);
    co_await tls->async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
  }

  asio::awaitable<std::size_t> read(asio::mutable_buffer buffer) {
    if (tls) co_return co_await tls->async_read_some(buffer, asio::use_awaitable);
    co_return co_await socket.async_read_some(buffer, asio::use_awaitable);
  }

  asio::awaitable<void> write(std::string bytes) {
    if (tls) {
      co_await asio::async_write(*tls, asio::buffer(bytes), asio::use_awaitable);
    } else {
      co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
    }
  }

  tcp::socket socket;
  std::optional<asio::ssl::stream<tcp::socket&>> tls;
};

class Connection final : public Exchange {
 public:
  explicit Connection(Transport& transport) : transport_(transport) {}

  // False when the peer closed instead of sending another request.
  asio::awaitable<bool> read_head() {
    parser_.emplace();
    parser_->eager(true);
    parser_->body_limit(boost::none);
    request_ = {};
    while (!parser_->is_header_done()) {
      if (!co_await feed()) co_return false;
    }
    const auto& message = parser_->get();
    request_.method = std::string(message.method_string());
    request_.target = std::string(message.target());
    for (const auto& field : message) {
      request_.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    co_return true;
  }

  [[nodiscard]] bool keep_alive() const { return parser_->get().keep_alive() && !ended_; }

  const ServerRequest& request() const override { return request_; }

  asio::awaitable<std::string> read_some() override {
    std::string& body = parser_->get().body();
    while (body.empty() && !parser_->is_done()) {
      if (!co_await feed()) throw std::runtime_error("the client went away in its request body");
    }
    co_return std::exchange(body, {});
  }

  asio::awaitable<void> write(std::string bytes) override {
    co_await transport_.write(std::move(bytes));
  }

  asio::awaitable<void> stall() override {
    asio::steady_timer never(transport_.socket.get_executor(),
                             asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
  }

  void abort() override {
    boost::system::error_code ignored;
    transport_.socket.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
  }

  void close() override {
    boost::system::error_code ignored;
    transport_.socket.close(ignored);
    ended_ = true;
  }

  asio::awaitable<void> tunnel(std::uint16_t port) override {
    using asio::experimental::awaitable_operators::operator||;
    tcp::socket other(transport_.socket.get_executor());
    co_await other.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
    co_await write("HTTP/1.1 200 Connected\r\n\r\n");
    co_await (copy(transport_.socket, other) || copy(other, transport_.socket));
    close();
  }

 private:
  static asio::awaitable<void> copy(tcp::socket& from, tcp::socket& to) {
    std::string buffer(16 * 1024, '\0');
    while (true) {
      const auto size = co_await from.async_read_some(asio::buffer(buffer), asio::use_awaitable);
      co_await asio::async_write(to, asio::buffer(buffer, size), asio::use_awaitable);
    }
  }

  // Gives the parser some more; false at the end of the connection.
  asio::awaitable<bool> feed() {
    beast::error_code failure;
    if (buffer_.size() != 0) {
      const auto used = parser_->put(buffer_.data(), failure);
      buffer_.consume(used);
      if (failure && failure != http::error::need_more) {
        co_await write("HTTP/1.1 400 Bad Request\r\n\r\n");
        throw beast::system_error(failure);
      }
      if (used != 0) co_return true;
    }
    std::size_t size = 0;
    try {
      size = co_await transport_.read(buffer_.prepare(64 * 1024));
    } catch (const boost::system::system_error&) {
      co_return false;
    }
    buffer_.commit(size);
    co_return true;
  }

  Transport& transport_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  ServerRequest request_;
  bool ended_ = false;
};

}  // namespace

std::string ServerRequest::header(std::string_view name) const {
  const auto same = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  for (const auto& [key, value] : headers) {
    if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same)) return value;
  }
  return {};
}

asio::awaitable<std::string> Exchange::read_all() {
  std::string all;
  while (true) {
    const std::string bytes = co_await read_some();
    if (bytes.empty()) co_return all;
    all += bytes;
  }
}

asio::awaitable<void> Exchange::reply(int status, std::string body, std::string headers) {
  std::string text =
      format_head(status, headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  if (request().method != "HEAD") text += body;
  co_await write(std::move(text));
}

asio::awaitable<void> Exchange::begin(int status, std::string headers) {
  co_await write(format_head(status, headers) + "Transfer-Encoding: chunked\r\n\r\n");
}

asio::awaitable<void> Exchange::chunk(std::string_view bytes) {
  std::array<char, 16> size{};
  const auto end = std::to_chars(size.begin(), size.end(), bytes.size(), 16).ptr;
  co_await write(std::string(size.begin(), end) + "\r\n" + std::string(bytes) + "\r\n");
}

asio::awaitable<void> Exchange::end() { co_await write("0\r\n\r\n"); }

struct HttpServer::State {
  State(Handler with, const std::optional<Certificate>& certificate)
      : handler(std::move(with)),
        own_context(std::make_unique<asio::io_context>(1)),
        executor(own_context->get_executor()) {
    if (!certificate) return;
    tls.emplace(asio::ssl::context::tls_server);
    tls->use_certificate(asio::buffer(certificate->certificate_pem), asio::ssl::context::pem);
    tls->use_private_key(asio::buffer(certificate->key_pem), asio::ssl::context::pem);
  }

  State(Handler with, asio::any_io_executor on)
      : handler(std::move(with)), executor(std::move(on)) {}

  asio::awaitable<void> accept() {
    while (true) {
      tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
      ++accepted;
      ++open;
      const auto cancel = std::make_shared<asio::cancellation_signal>();
      cancels.push_back(cancel);
      const auto ended = [this, cancel](std::exception_ptr) {
        std::erase(cancels, cancel);
        --open;
        tell_when_idle();
      };
      asio::co_spawn(executor, serve(std::move(socket)),
                     asio::bind_cancellation_slot(cancel->slot(), ended));
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    // A reply is written in pieces: none waits for the one before it to be acknowledged.
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    Transport transport(std::move(socket));
    if (tls) co_await transport.handshake(*tls);
    Connection connection(transport);
    while (co_await connection.read_head()) {
      co_await handler(connection);
      if (!connection.keep_alive()) co_return;
      co_await connection.read_all();
    }
  }

  void start() {
    asio::co_spawn(executor, accept(), [this](std::exception_ptr) {
      accepting = false;
      tell_when_idle();
    });
  }

  // On the executor. What is under way ends where it waits.
  void stop() {
    acceptor.close();
    const auto all = cancels;
    for (const auto& cancel : all) cancel->emit(asio::cancellation_type::terminal);
    stopping = true;
    tell_when_idle();
  }

  void tell_when_idle() {
    if (!stopping || accepting || open != 0) return;
    const auto told = idle;  // whoever waits destroys us
    told->set_value();
  }

  Handler handler;
  std::optional<asio::ssl::context> tls;
  std::atomic<unsigned> accepted = 0;
  std::atomic<unsigned> open = 0;
  bool accepting = true;
  bool stopping = false;
  std::shared_ptr<std::promise<void>> idle = std::make_shared<std::promise<void>>();
  std::vector<std::shared_ptr<asio::cancellation_signal>> cancels;
  std::unique_ptr<asio::io_context> own_context;
  asio::any_io_executor executor;
  tcp::acceptor acceptor{executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::thread thread;
};

HttpServer::HttpServer(Handler handler, std::optional<Certificate> tls)
    : state_(std::make_unique<State>(std::move(handler), tls)) {
  state_->start();
  state_->thread = std::thread([state = state_.get()] { state->own_context->run(); });
}

HttpServer::HttpServer(Handler handler, asio::any_io_executor executor)
    : state_(std::make_unique<State>(std::move(handler), std::move(executor))) {
  asio::post(state_->executor, [state = state_.get()] { state->start(); });
}

HttpServer::~HttpServer() {
  if (state_->own_context) {
    state_->own_context->stop();
    state_->thread.join();
  } else {
    const auto idle = state_->idle->get_future();
    asio::post(state_->executor, [state = state_.get()] { state->stop(); });
    idle.wait();
  }
}

std::uint16_t HttpServer::port() const { return state_->acceptor.local_endpoint().port(); }

std::string HttpServer::url(std::string_view path) const {
  return (state_->tls ? "https" : "http") + std::string("://127.0.0.1:") + std::to_string(port()) +
         std::string(path);
}

unsigned HttpServer::connections() const { return state_->accepted; }
unsigned HttpServer::open_connections() const { return state_->open; }

std::uint16_t unused_port() {
  // Bound, but nobody listens: connections are refused, and nobody else is given the port.
  static asio::io_context context;
  static std::list<tcp::acceptor> held;
  tcp::acceptor& port = held.emplace_back(context, tcp::v4());
  port.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  return port.local_endpoint().port();
}

}  // namespace sandport::testing
