#include "tests/support/websocket_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <thread>

namespace sandport::testing {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;

namespace {

using Upgrade = http::request<http::string_body>;

template <typename Stream>
class Peer final : public WebSocketPeer {
 public:
  Peer(websocket::stream<Stream>& stream, const Upgrade& upgrade) : stream_(stream) {
    request_.method = std::string(upgrade.method_string());
    request_.target = std::string(upgrade.target());
    for (const auto& field : upgrade) {
      request_.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
  }

  const ServerRequest& request() const override { return request_; }

  asio::awaitable<std::optional<WebSocketFrame>> read() override {
    WebSocketFrame frame;
    auto buffer = asio::dynamic_buffer(frame.data);
    try {
      co_await stream_.async_read(buffer, asio::use_awaitable);
    } catch (const boost::system::system_error& error) {
      if (error.code() == websocket::error::closed) co_return std::nullopt;
      throw;
    }
    frame.text = stream_.got_text();
    co_return frame;
  }

  asio::awaitable<void> write(WebSocketFrame message) override {
    stream_.text(message.text);
    co_await stream_.async_write(asio::buffer(message.data), asio::use_awaitable);
  }

  asio::awaitable<void> write_fragments(bool text, std::string pieces,
                                        std::size_t piece_size) override {
    stream_.text(text);
    for (std::size_t at = 0; at < pieces.size(); at += piece_size) {
      const bool last = at + piece_size >= pieces.size();
      const std::string piece = pieces.substr(at, piece_size);
      co_await stream_.async_write_some(last, asio::buffer(piece), asio::use_awaitable);
    }
  }

  asio::awaitable<void> close(std::uint16_t code, std::string reason) override {
    websocket::close_reason with;
    with.code = code;
    with.reason = reason;
    co_await stream_.async_close(with, asio::use_awaitable);
  }

  std::string closed_with() const override {
    const auto& reason = stream_.reason();
    return std::to_string(reason.code) + ' ' + std::string(reason.reason.c_str());
  }

  asio::awaitable<void> stall() override {
    asio::steady_timer never(stream_.get_executor(), asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
  }

  asio::awaitable<void> write_raw(std::string bytes) override {
    co_await asio::async_write(stream_.next_layer(), asio::buffer(bytes), asio::use_awaitable);
  }

  void abort() override {
    tcp::socket& socket = beast::get_lowest_layer(stream_).socket();
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
  }

 private:
  websocket::stream<Stream>& stream_;
  ServerRequest request_;
};

}  // namespace

struct WebSocketServer::State {
  State(Handler with, Options and_options)
      : handler(std::move(with)), options(std::move(and_options)) {
    if (!options.tls) return;
    tls.emplace(asio::ssl::context::tls_server);
    tls->use_certificate(asio::buffer(options.tls->certificate_pem), asio::ssl::context::pem);
    tls->use_private_key(asio::buffer(options.tls->key_pem), asio::ssl::context::pem);
  }

  asio::awaitable<void> accept() {
    while (true) {
      tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
      asio::co_spawn(context, serve(std::move(socket)), [](std::exception_ptr) {});
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    if (!tls) {
      websocket::stream<beast::tcp_stream> stream(std::move(socket));
      co_return co_await serve_on(stream);
    }
    websocket::stream<beast::ssl_stream<beast::tcp_stream>> stream(std::move(socket), *tls);
    co_await stream.next_layer().async_handshake(asio::ssl::stream_base::server,
                                                 asio::use_awaitable);
    co_await serve_on(stream);
  }

  template <typename Stream>
  asio::awaitable<void> serve_on(websocket::stream<Stream>& stream) {
    beast::flat_buffer buffer;
    Upgrade upgrade;
    co_await http::async_read(stream.next_layer(), buffer, upgrade, asio::use_awaitable);
    if (options.status != 101) {
      http::response<http::string_body> answer(
          http::int_to_status(static_cast<unsigned>(options.status)), 11, options.refusal);
      answer.set("Retry-After", "7");
      answer.prepare_payload();
      co_await http::async_write(stream.next_layer(), answer, asio::use_awaitable);
      co_return;
    }
    stream.set_option(websocket::stream_base::decorator([this](websocket::response_type& answer) {
      if (!options.subprotocol.empty()) {
        answer.set(http::field::sec_websocket_protocol, options.subprotocol);
      }
    }));
    co_await stream.async_accept(upgrade, asio::use_awaitable);
    Peer<Stream> peer(stream, upgrade);
    co_await handler(peer);
    if (stream.is_open())
      co_await stream.async_close(websocket::close_code::normal, asio::use_awaitable);
  }

  Handler handler;
  Options options;
  std::optional<asio::ssl::context> tls;
  asio::io_context context{1};
  tcp::acceptor acceptor{context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::thread thread;
};

WebSocketServer::WebSocketServer(Handler handler)
    : WebSocketServer(std::move(handler), Options{}) {}

WebSocketServer::WebSocketServer(Handler handler, Options options)
    : state_(std::make_unique<State>(std::move(handler), std::move(options))) {
  asio::co_spawn(state_->context, state_->accept(), asio::detached);
  state_->thread = std::thread([state = state_.get()] { state->context.run(); });
}

WebSocketServer::~WebSocketServer() {
  state_->context.stop();
  state_->thread.join();
}

std::uint16_t WebSocketServer::port() const { return state_->acceptor.local_endpoint().port(); }

std::string WebSocketServer::url(std::string_view path) const {
  return (state_->tls ? "wss" : "ws") + std::string("://127.0.0.1:") + std::to_string(port()) +
         std::string(path);
}

}  // namespace sandport::testing
