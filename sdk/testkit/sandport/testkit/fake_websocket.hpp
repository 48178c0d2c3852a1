// A WebSocket whose other end is the test.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/testkit/executor.hpp>
#include <sandport/testkit/fake_operation.hpp>
#include <sandport/text.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandport::testkit {

// The server's end of one connection. Thread-safe.
class FakeSocket {
 public:
  FakeSocket(Executor& executor, std::string url, Pairs headers)
      : executor_(executor), url_(std::move(url)), headers_(std::move(headers)) {
    client_.table = {kStructSize<sp_websocket>, &send, &close};
    client_.owner = this;
  }
  FakeSocket(const FakeSocket&) = delete;
  FakeSocket& operator=(const FakeSocket&) = delete;

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] const Pairs& headers() const noexcept { return headers_; }

  // To the plugin.
  void text(std::string message) { operation_->event(SP_CHANNEL_WS_TEXT, std::move(message)); }
  void binary(std::string message) { operation_->event(SP_CHANNEL_WS_BINARY, std::move(message)); }
  void finish(std::string close = "1000 ") { operation_->finish(std::move(close)); }
  void fail(Error error) { operation_->fail(std::move(error)); }

  // From the plugin: blocks until the next message has come; nothing once it has closed.
  [[nodiscard]] std::optional<std::string> next() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return !messages_.empty() || closed_; });
    if (messages_.empty()) return std::nullopt;
    auto message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }

  // Called with each message of the plugin, on its thread. Set in FakeWebSockets::on_connect.
  std::function<void(FakeSocket& socket, std::uint32_t channel, std::string_view message)>
      on_message;

 private:
  friend class FakeWebSockets;
  struct Client {
    sp_websocket table{};
    FakeSocket* owner = nullptr;
  };
  static FakeSocket& self(sp_websocket* at) noexcept {
    return *reinterpret_cast<Client*>(at)->owner;
  }

  static sp_code send(sp_websocket* at, std::uint32_t channel, sp_bytes message, sp_sink* sink,
                      sp_op** out_op, sp_error*) noexcept {
    auto& socket = self(at);
    auto operation = FakeOperation::accept(socket.executor_, sink, out_op);
    {
      const std::lock_guard lock{socket.mutex_};
      socket.messages_.push_back(to_string(message));
      socket.changed_.notify_all();
    }
    operation->finish();
    if (socket.on_message) socket.on_message(socket, channel, to_view(message));
    return SP_OK;
  }
  static void close(sp_websocket* at, std::uint16_t code, sp_str reason) noexcept {
    auto& socket = self(at);
    {
      const std::lock_guard lock{socket.mutex_};
      socket.closed_ = true;
      socket.changed_.notify_all();
    }
    socket.finish(std::to_string(code) + " " + to_string(reason));
  }

  Executor& executor_;
  std::string url_;
  Pairs headers_;
  Client client_;
  std::shared_ptr<FakeOperation> operation_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> messages_;
  bool closed_ = false;
};

class FakeWebSockets {
 public:
  explicit FakeWebSockets(Executor& executor) : executor_(executor) {
    service_.table = {kStructSize<sp_websockets>, &connect};
    service_.owner = this;
  }
  FakeWebSockets(const FakeWebSockets&) = delete;
  FakeWebSockets& operator=(const FakeWebSockets&) = delete;

  // Called for each connection before it opens; throw an Error to refuse the handshake.
  std::function<void(FakeSocket&)> on_connect;

  // The latest connection; it lives as long as this object.
  [[nodiscard]] FakeSocket& socket() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return !sockets_.empty(); });
    return *sockets_.back();
  }
  [[nodiscard]] const sp_websockets* table() const noexcept { return &service_.table; }

 private:
  struct Service {
    sp_websockets table{};
    FakeWebSockets* owner = nullptr;
  };

  static sp_code connect(const sp_websockets* at, const sp_websocket_request* raw, sp_sink* sink,
                         sp_op** out_op, sp_websocket** out_socket, sp_error*) noexcept {
    auto& self = *reinterpret_cast<const Service*>(at)->owner;
    Pairs headers;
    for (std::size_t i = 0; i < raw->header_count; ++i) {
      headers.emplace_back(to_string(raw->headers[i].name), to_string(raw->headers[i].value));
    }
    auto socket =
        std::make_unique<FakeSocket>(self.executor_, to_string(raw->url), std::move(headers));
    auto& made = *socket;
    made.operation_ = FakeOperation::accept(self.executor_, sink, out_op);
    *out_socket = &made.client_.table;
    {
      const std::lock_guard lock{self.mutex_};
      self.sockets_.push_back(std::move(socket));
    }
    try {
      if (self.on_connect) self.on_connect(made);
      made.operation_->event(SP_CHANNEL_WS_OPEN, "HTTP/1.1 101 Switching Protocols\r\n");
    } catch (const Error& error) {
      made.operation_->fail(error);
    }
    const std::lock_guard lock{self.mutex_};
    self.changed_.notify_all();
    return SP_OK;
  }

  Executor& executor_;
  Service service_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<FakeSocket>> sockets_;
};

}  // namespace sandport::testkit
