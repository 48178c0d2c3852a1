#include <boost/asio/post.hpp>

#include "host/engine/cancelled.hpp"
#include "host/engine/run_on.hpp"
#include "host/engine/websocket/client.hpp"
#include "host/engine/websocket/session.hpp"

namespace sandport {
namespace asio = boost::asio;

namespace {

using Session = std::shared_ptr<WebSocketSession>;

// Each owns the session while it runs, so that the WebSocket may go meanwhile.
asio::awaitable<std::optional<WebSocketMessage>> read_from(Session session) {
  co_return co_await session->read();
}

asio::awaitable<void> send_to(Session session,
                              std::variant<WebSocketMessage, WebSocketClose> what) {
  co_await session->send(std::move(what));
}

asio::awaitable<WebSocketClose> ask(Session session) { co_return session->closed_with(); }

}  // namespace

WebSocket::WebSocket(Session session, HttpHead head)
    : session_(std::move(session)), head_(std::move(head)) {}
WebSocket::WebSocket(WebSocket&&) noexcept = default;

WebSocket& WebSocket::operator=(WebSocket&& other) noexcept {
  std::swap(session_, other.session_);
  std::swap(head_, other.head_);
  return *this;
}

WebSocket::~WebSocket() { cancel(); }

asio::awaitable<std::optional<WebSocketMessage>> WebSocket::read() {
  co_return co_await run_on(session_->strand(), read_from(session_));
}

asio::awaitable<void> WebSocket::write(WebSocketMessage message) {
  co_await run_on(session_->strand(), send_to(session_, std::move(message)));
}

asio::awaitable<void> WebSocket::close(WebSocketClose with) {
  co_await run_on(session_->strand(), send_to(session_, std::move(with)));
}

asio::awaitable<WebSocketClose> WebSocket::closed_with() {
  co_return co_await run_on(session_->strand(), ask(session_));
}

void WebSocket::cancel() {
  if (!session_) return;
  asio::post(session_->strand(), [session = session_] { session->fail(cancelled_error()); });
}

}  // namespace sandport
