#include "host/engine/services/socket.hpp"

#include <boost/asio/co_spawn.hpp>
#include <utility>

#include "core/error.hpp"
#include "host/engine/services/flow.hpp"
#include "host/plugin/adapt/status.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::services {
namespace asio = boost::asio;

// A place in the line of those who want to write. Taken in the order of the plugin's calls, because
// each of them starts on the strand.
class Socket::Turn {
 public:
  explicit Turn(Socket& socket) : socket_(socket), number_(++socket.last_turn_) {
    socket.turns_.push_back(number_);
  }
  ~Turn() {
    std::erase(socket_.turns_, number_);
    socket_.changed_.notify();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  asio::awaitable<std::shared_ptr<WebSocket>> wait() {
    while (!socket_.ended_ && (!socket_.connection_ || socket_.turns_.front() != number_)) {
      co_await socket_.changed_.wait();
    }
    if (socket_.ended_) {
      throw Error(Code::kFailedPrecondition, "the WebSocket is closed: nothing can be sent");
    }
    co_return socket_.connection_;
  }

 private:
  Socket& socket_;
  std::uint64_t number_;
};

Socket::Socket(const Strand& strand, std::stop_token stop)
    : strand_(strand), stop_(std::move(stop)), changed_(strand) {}

void Socket::opened(std::shared_ptr<WebSocket> connection) {
  connection_ = std::move(connection);
  changed_.notify();
}

Socket::EndGuard::~EndGuard() {
  socket_->ended_ = true;
  socket_->connection_.reset();
  socket_->changed_.notify();
}

// The turn ends just before the write begins, which queues in the connection: the next one may
// follow at once.
asio::awaitable<void> Socket::write(std::shared_ptr<Socket> self, WebSocketMessage message) {
  std::optional<Turn> turn(std::in_place, *self);
  const auto connection = co_await turn->wait();
  turn.reset();
  co_await connection->write(std::move(message));
}

asio::awaitable<void> Socket::close(std::shared_ptr<Socket> self, WebSocketClose with) {
  std::optional<Turn> turn(std::in_place, *self);
  const auto connection = co_await turn->wait();
  turn.reset();
  co_await connection->close(std::move(with));
}

namespace {

asio::awaitable<std::string> write_message(std::shared_ptr<Socket> socket,
                                           WebSocketMessage message) {
  co_await Socket::write(std::move(socket), std::move(message));
  co_return std::string();
}

sp_code send(sp_websocket* self, std::uint32_t channel, sp_bytes bytes, sp_sink* sink,
             sp_op** out_op, sp_error* error) noexcept {
  try {
    if (channel != SP_CHANNEL_WS_TEXT && channel != SP_CHANNEL_WS_BINARY) {
      throw Error(
          Code::kInvalidArgument,
          "a WebSocket message is SP_CHANNEL_WS_TEXT or SP_CHANNEL_WS_BINARY, not channel " +
              std::to_string(channel));
    }
    const auto kind = channel == SP_CHANNEL_WS_TEXT ? WebSocketKind::kText : WebSocketKind::kBinary;
    const auto socket = static_cast<SocketHandle*>(self)->socket;
    auto message = std::make_shared<WebSocketMessage>(kind, std::string(adapt::view(bytes)));
    Flow::launch(socket->strand(), socket->stop(), sink, out_op,
                 [socket, message](const std::shared_ptr<Flow>&) {
                   return write_message(socket, std::move(*message));
                 });
    return SP_OK;
  } catch (...) {
    return adapt::refuse(error, adapt::to_error(std::current_exception()));
  }
}

void close(sp_websocket* self, std::uint16_t code, sp_str reason) noexcept {
  const auto socket = static_cast<SocketHandle*>(self)->socket;
  asio::co_spawn(socket->strand(), Socket::close(socket, {code, adapt::copy(reason)}),
                 // How it went shows in the end of the connection's own operation.
                 [](const std::exception_ptr&) {});
}

}  // namespace

SocketHandle::SocketHandle(std::shared_ptr<Socket> of)
    : sp_websocket{sizeof(sp_websocket), &services::send, &services::close},
      socket(std::move(of)) {}

}  // namespace sandport::services
