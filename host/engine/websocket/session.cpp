#include "host/engine/websocket/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/websocket/error.hpp>
#include <utility>

#include "host/engine/cancelled.hpp"

namespace sandport {
namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;

namespace {
// With this much unread, the peer is held up.
constexpr std::size_t kInboxLimit = 1024 * 1024;
}  // namespace

WebSocketSession::WebSocketSession(Strand strand, std::unique_ptr<WebSocketLink> link,
                                   Settings settings)
    : strand_(std::move(strand)),
      link_(std::move(link)),
      settings_(std::move(settings)),
      inbox_changed_(strand_),
      inbox_taken_(strand_),
      outbox_changed_(strand_),
      outbox_sent_(strand_),
      idle_timer_(strand_),
      last_heard_(std::chrono::steady_clock::now()) {}

void WebSocketSession::start(const std::stop_token& stop) {
  link_->on_control([this] {
    last_heard_ = std::chrono::steady_clock::now();
    pinged_ = false;
  });
  const auto self = shared_from_this();
  asio::co_spawn(
      strand_, [self] { return self->receive(); }, asio::detached);
  asio::co_spawn(
      strand_, [self] { return self->deliver(); }, asio::detached);
  asio::post(strand_, [self] { self->keep_alive(); });
  on_stop_.emplace(stop, [strand = strand_, weak = weak_from_this()] {
    asio::post(strand, [weak] {
      if (const auto session = weak.lock()) session->fail(cancelled_error());
    });
  });
}

asio::awaitable<std::optional<WebSocketMessage>> WebSocketSession::read() {
  while (inbox_.empty()) {
    if (error_) throw *error_;
    if (ended_) co_return std::nullopt;
    co_await inbox_changed_.wait();
  }
  WebSocketMessage message = std::move(inbox_.front());
  inbox_.pop_front();
  inbox_bytes_ -= message.data.size();
  inbox_taken_.notify();
  co_return message;
}

asio::awaitable<void> WebSocketSession::send(std::variant<WebSocketMessage, WebSocketClose> what) {
  if (error_) throw *error_;
  if (ended_ || closing_) {
    if (std::holds_alternative<WebSocketClose>(what)) co_return;
    throw Error(Code::kFailedPrecondition,
                "WebSocket " + settings_.shown_url + ": it has been closed; nothing can be sent");
  }
  closing_ = std::holds_alternative<WebSocketClose>(what);
  auto item = std::make_shared<Outgoing>();
  item->what = std::move(what);
  outbox_.push_back(item);
  outbox_changed_.notify();
  try {
    while (!item->done) {
      if (error_) throw *error_;
      if (ended_ && std::holds_alternative<WebSocketClose>(item->what)) co_return;
      if (ended_) throw describe(asio::error::eof);
      co_await outbox_sent_.wait();
    }
  } catch (...) {
    // A message that nobody waits for any more, and that has not begun to go out, does not go out.
    if (!outbox_.empty() && outbox_.front() != item) std::erase(outbox_, item);
    throw;
  }
}

void WebSocketSession::fail(const Error& error) {
  if (ended_) return;
  error_ = error;
  if (error.code() == Code::kCancelled) inbox_.clear();
  end();
}

void WebSocketSession::end() {
  ended_ = true;
  idle_timer_.cancel();
  link_->abort();
  inbox_changed_.notify();
  inbox_taken_.notify();
  outbox_changed_.notify();
  outbox_sent_.notify();
}

void WebSocketSession::end_with(const std::exception_ptr& failure) {
  if (ended_) return;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (error.code() != websocket::error::closed) return fail(describe(error.code()));
    closed_with_ = link_->closed_with();
    end();
  } catch (const std::exception& error) {
    fail({Code::kInternal, "WebSocket " + settings_.shown_url + ": " + error.what()});
  }
}

asio::awaitable<void> WebSocketSession::receive() {
  try {
    while (!ended_) {
      while (inbox_bytes_ >= kInboxLimit && !ended_) {
        held_up_ = true;
        co_await inbox_taken_.wait();
      }
      if (std::exchange(held_up_, false)) last_heard_ = std::chrono::steady_clock::now();
      WebSocketMessage message = co_await link_->read();
      if (ended_) co_return;
      last_heard_ = std::chrono::steady_clock::now();
      pinged_ = false;
      inbox_bytes_ += message.data.size();
      inbox_.push_back(std::move(message));
      inbox_changed_.notify();
    }
  } catch (...) {
    end_with(std::current_exception());
  }
}

asio::awaitable<void> WebSocketSession::deliver() {
  try {
    while (true) {
      while (outbox_.empty() && !ended_) co_await outbox_changed_.wait();
      if (ended_) co_return;
      const auto item = outbox_.front();
      co_await deliver_one(*item);
      item->done = true;
      outbox_.pop_front();
      outbox_sent_.notify();
    }
  } catch (...) {
    end_with(std::current_exception());
  }
}

asio::awaitable<void> WebSocketSession::deliver_one(const Outgoing& item) {
  if (const auto* message = std::get_if<WebSocketMessage>(&item.what)) {
    co_return co_await link_->write(*message);
  }
  bool answered_to_receive = false;
  try {
    co_await link_->close(std::get<WebSocketClose>(item.what));
  } catch (const boost::system::system_error& error) {
    answered_to_receive = error.code() == asio::error::operation_aborted;
    if (!answered_to_receive) throw;
  }
  // When receive() is the one to see the peer's answer, it ends things.
  while (answered_to_receive && !ended_) co_await outbox_changed_.wait();
  if (ended_) co_return;
  closed_with_ = link_->closed_with();
  end();
}

asio::awaitable<void> WebSocketSession::ping() {
  try {
    co_await link_->ping();
  } catch (...) {
    end_with(std::current_exception());
  }
}

void WebSocketSession::keep_alive() {
  if (ended_ || settings_.idle_timeout.count() <= 0) return;
  const auto now = std::chrono::steady_clock::now();
  // While nobody reads here, nothing can be heard: not the peer's fault.
  if (held_up_) last_heard_ = now;
  const auto half = last_heard_ + settings_.idle_timeout / 2;
  const auto whole = last_heard_ + settings_.idle_timeout;
  if (now >= whole) {
    return fail({Code::kDeadlineExceeded,
                 "WebSocket " + settings_.shown_url + ": nothing was heard for " +
                     std::to_string(settings_.idle_timeout.count()) + " ms (idle timeout)"});
  }
  if (now >= half && !held_up_ && !std::exchange(pinged_, true)) {
    asio::co_spawn(
        strand_, [self = shared_from_this()] { return self->ping(); }, asio::detached);
  }
  idle_timer_.expires_at(now < half ? half : whole);
  idle_timer_.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
    const auto self = weak.lock();
    if (self && !failure) self->keep_alive();
  });
}

Error WebSocketSession::describe(const boost::system::error_code& code) const {
  const std::string where = "WebSocket " + settings_.shown_url + ": ";
  if (code == websocket::error::message_too_big || code == websocket::error::buffer_overflow) {
    return {Code::kResourceExhausted, where + "a message was longer than the " +
                                          std::to_string(settings_.max_message_bytes) +
                                          " bytes allowed"};
  }
  if (code == websocket::condition::protocol_violation) {
    return {Code::kInternal, where + "the peer broke the protocol: " + code.message()};
  }
  if (code == boost::beast::error::timeout) {
    return {Code::kDeadlineExceeded, where + "the peer did not answer the closing handshake"};
  }
  return {Code::kInterrupted, where + "the connection broke: " + code.message()};
}

}  // namespace sandport
