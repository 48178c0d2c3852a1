// An exchange that commits the faults which concern its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/emulators/e2b/rule.hpp"
#include "tests/support/http_server.hpp"

namespace sandport::e2b_emulator {

class FaultyExchange final : public testing::Exchange {
 public:
  // Borrows the real one.
  FaultyExchange(testing::Exchange& real, std::optional<Rule> rule);

  [[nodiscard]] const testing::ServerRequest& request() const override { return real_.request(); }
  boost::asio::awaitable<std::string> read_some() override;
  // Throws when the connection was ended on purpose.
  boost::asio::awaitable<void> write(std::string bytes) override;
  boost::asio::awaitable<void> stall() override { return real_.stall(); }
  void abort() override { real_.abort(); }
  void close() override { real_.close(); }
  boost::asio::awaitable<void> tunnel(std::uint16_t port) override { return real_.tunnel(port); }

  // Whether an answer has begun, so that no other can be given.
  [[nodiscard]] bool answered() const { return answered_; }

 private:
  testing::Exchange& real_;
  std::optional<Rule> rule_;
  std::string slow_rest_;
  bool answered_ = false;
  bool in_body_ = false;
  std::uint64_t body_sent_ = 0;
};

// Thrown where a connection was ended on purpose.
struct ConnectionEnded {};

// Until then.
[[nodiscard]] boost::asio::awaitable<void> wait_for(std::chrono::milliseconds time);

}  // namespace sandport::e2b_emulator
