#include "host/engine/websocket/link.hpp"

#include <openssl/x509_vfy.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "core/error.hpp"

namespace sandport {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

template <typename Next>
class Link final : public WebSocketLink {
 public:
  template <typename... Arguments>
  explicit Link(Arguments&&... arguments) : stream_(std::forward<Arguments>(arguments)...) {}

  websocket::stream<Next>& stream() { return stream_; }

  asio::awaitable<WebSocketMessage> read() override {
    WebSocketMessage message;
    auto buffer = asio::dynamic_buffer(message.data);
    co_await stream_.async_read(buffer, asio::use_awaitable);
    message.kind = stream_.got_text() ? WebSocketKind::kText : WebSocketKind::kBinary;
    co_return message;
  }

  asio::awaitable<void> write(const WebSocketMessage& message) override {
    stream_.text(message.kind == WebSocketKind::kText);
    co_await stream_.async_write(asio::buffer(message.data), asio::use_awaitable);
  }

  asio::awaitable<void> ping() override { co_await stream_.async_ping({}, asio::use_awaitable); }

  asio::awaitable<void> close(const WebSocketClose& with) override {
    websocket::close_reason reason;
    reason.code = with.code;
    reason.reason = beast::string_view(with.reason).substr(0, reason.reason.max_size());
    co_await stream_.async_close(reason, asio::use_awaitable);
  }

  void abort() override { beast::get_lowest_layer(stream_).close(); }

  void on_control(std::function<void()> notify) override {
    stream_.control_callback(
        [notify = std::move(notify)](websocket::frame_type, beast::string_view) { notify(); });
  }

  WebSocketClose closed_with() const override {
    const auto& reason = stream_.reason();
    if (reason.code == websocket::close_code::none) return {};
    return {reason.code, std::string(reason.reason.data(), reason.reason.size())};
  }

 private:
  websocket::stream<Next> stream_;
};

HttpHead to_head(const websocket::response_type& response) {
  HttpHead head;
  head.version = "1.1";
  head.status = static_cast<int>(response.result_int());
  head.reason = std::string(response.reason());
  for (const auto& field : response) {
    head.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  return head;
}

template <typename Next>
asio::awaitable<WebSocketAnswer> shake_hands(std::unique_ptr<Link<Next>> link,
                                             const WebSocketHandshake& handshake) {
  auto& stream = link->stream();
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = handshake.close_timeout.count() > 0 ? handshake.close_timeout
                                                                  : websocket::stream_base::none();
  timeout.idle_timeout = websocket::stream_base::none();
  timeout.keep_alive_pings = false;
  stream.set_option(timeout);
  stream.read_message_max(handshake.max_message_bytes);
  // Whole messages go out as one frame each: what is sent is what the peer's log shows.
  stream.auto_fragment(false);
  stream.set_option(
      websocket::stream_base::decorator([&handshake](websocket::request_type& request) {
        for (const auto& header : handshake.headers) request.insert(header.name, header.value);
      }));
  websocket::response_type response;
  try {
    co_await stream.async_handshake(response, handshake.host_header, handshake.target,
                                    asio::use_awaitable);
  } catch (const boost::system::system_error& error) {
    if (error.code() != websocket::error::upgrade_declined) throw;
    WebSocketAnswer refusal;
    refusal.head = to_head(response);
    refusal.body = response.body();
    co_return refusal;
  }
  WebSocketAnswer answer;
  answer.link = std::move(link);
  answer.head = to_head(response);
  co_return answer;
}

bool is_address(const std::string& host) {
  boost::system::error_code failure;
  asio::ip::make_address(host, failure);
  return !failure;
}

// OpenSSL's own reason, which Asio's error code does not carry.
std::string why_refused(TlsStream& stream, const boost::system::system_error& error) {
  const long result = SSL_get_verify_result(stream.native_handle());
  if (result == X509_V_OK) return error.code().message();
  return X509_verify_cert_error_string(result);
}

}  // namespace

asio::awaitable<WebSocketAnswer> open_link(asio::ip::tcp::socket socket,
                                           const WebSocketHandshake& handshake) {
  co_return co_await shake_hands(std::make_unique<Link<PlainStream>>(std::move(socket)), handshake);
}

asio::awaitable<WebSocketAnswer> open_tls_link(asio::ip::tcp::socket socket,
                                               asio::ssl::context& context, const std::string& host,
                                               const std::string& advice,
                                               const WebSocketHandshake& handshake) {
  auto link = std::make_unique<Link<TlsStream>>(std::move(socket), context);
  TlsStream& tls = link->stream().next_layer();
  if (!is_address(host)) SSL_set_tlsext_host_name(tls.native_handle(), host.c_str());
  tls.set_verify_mode(asio::ssl::verify_peer);
  tls.set_verify_callback(asio::ssl::host_name_verification(host));
  try {
    co_await tls.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    if (error.code().category() != asio::error::get_ssl_category()) {
      throw Error(Code::kUnavailable, "TLS with " + host + " failed: " + error.code().message(),
                  Retry::kYes);
    }
    throw Error(Code::kFailedPrecondition,
                "TLS with " + host + " failed: " + why_refused(tls, error) + "; " + advice);
  }
  co_return co_await shake_hands(std::move(link), handshake);
}

}  // namespace sandport
