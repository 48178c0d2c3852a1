#include "host/engine/websocket/client.hpp"

#include <utility>

#include "core/error.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/services/flow.hpp"
#include "host/engine/services/headers.hpp"
#include "host/engine/services/socket.hpp"
#include "host/engine/services/tables.hpp"
#include "host/plugin/adapt/status.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::services {
namespace asio = boost::asio;

namespace {

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const auto start = list.find_first_not_of(", ");
    if (start == std::string_view::npos) break;
    list.remove_prefix(start);
    const auto end = std::min(list.find_first_of(", "), list.size());
    words.emplace_back(list.substr(0, end));
    list.remove_prefix(end);
  }
  return words;
}

WebSocketRequest to_request(const sp_websocket_request& from) {
  WebSocketRequest request;
  request.url = adapt::copy(from.url);
  request.headers = copy_headers(from.headers, from.header_count);
  request.subprotocols = split(adapt::view(from.subprotocols));
  request.connect_timeout = given_timeout(from.connect_timeout_ms);
  request.idle_timeout = given_timeout(from.idle_timeout_ms);
  if (from.max_message_bytes != 0) request.max_message_bytes = from.max_message_bytes;
  return request;
}

asio::awaitable<std::string> converse(WebSocketClient& client, WebSocketRequest request,
                                      std::shared_ptr<Socket> socket, std::shared_ptr<Flow> flow) {
  const Socket::EndGuard guard(socket);
  WebSocket fresh = co_await client.connect(std::move(request));
  const auto connection = std::make_shared<WebSocket>(std::move(fresh));
  const std::string head = format_head(connection->head());
  socket->opened(connection);
  co_await flow->emit(SP_CHANNEL_WS_OPEN, head);
  while (const auto message = co_await connection->read()) {
    const bool text = message->kind == WebSocketKind::kText;
    co_await flow->emit(text ? SP_CHANNEL_WS_TEXT : SP_CHANNEL_WS_BINARY, message->data);
  }
  const WebSocketClose closed = co_await connection->closed_with();
  // In steps: g++ 12 loses track of temporaries in a conditional that is returned from a coroutine.
  std::string result = std::to_string(closed.code);
  if (!closed.reason.empty()) result += ' ' + closed.reason;
  co_return result;
}

sp_code connect(const sp_websockets* self, const sp_websocket_request* given, sp_sink* sink,
                sp_op** out_op, sp_websocket** out_socket, sp_error* error) noexcept {
  try {
    const auto& service = *static_cast<const WebSockets*>(self);
    auto request = std::make_shared<WebSocketRequest>(to_request(adapt::copy_struct(given)));
    const Strand strand = service.engine.make_strand();
    auto socket = std::make_shared<Socket>(strand, service.engine.stopping());
    auto handle = std::make_shared<SocketHandle>(socket);
    sp_websocket* const previous = std::exchange(*out_socket, handle.get());
    try {
      Flow::launch(
          strand, service.engine.stopping(), sink, out_op,
          [&client = service.client, request, socket](std::shared_ptr<Flow> flow) {
            return converse(client, std::move(*request), socket, std::move(flow));
          },
          handle);
    } catch (...) {
      *out_socket = previous;
      throw;
    }
    return SP_OK;
  } catch (...) {
    return adapt::refuse(error, adapt::to_error(std::current_exception()));
  }
}

}  // namespace

WebSockets::WebSockets(Engine& shared_engine, WebSocketClient& shared)
    : sp_websockets{sizeof(sp_websockets), &services::connect},
      engine(shared_engine),
      client(shared) {}

}  // namespace sandport::services
