#include "tests/emulators/e2b/core/faulty_exchange.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sandport::e2b_emulator {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kSlowPiece = 1024;

}  // namespace

asio::awaitable<void> wait_for(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

FaultyExchange::FaultyExchange(testing::Exchange& real, std::optional<Rule> rule)
    : real_(real), rule_(std::move(rule)) {}

asio::awaitable<std::string> FaultyExchange::read_some() {
  if (!rule_ || rule_->fault != Fault::kSlowRead) co_return co_await real_.read_some();
  co_await wait_for(rule_->delay);
  if (slow_rest_.empty()) slow_rest_ = co_await real_.read_some();
  std::string piece = slow_rest_.substr(0, kSlowPiece);
  slow_rest_.erase(0, piece.size());
  co_return piece;
}

asio::awaitable<void> FaultyExchange::write(std::string bytes) {
  answered_ = true;
  const bool limited = rule_ && (rule_->fault == Fault::kDrop || rule_->fault == Fault::kStall);
  if (rule_ && rule_->fault == Fault::kLostReply) {
    real_.close();
    throw ConnectionEnded();
  }
  if (!limited) {
    co_await real_.write(std::move(bytes));
    co_return;
  }
  std::size_t head = 0;
  if (!in_body_) {
    const std::size_t end = bytes.find("\r\n\r\n");
    head = end == std::string::npos ? bytes.size() : end + 4;
    in_body_ = end != std::string::npos;
  }
  const std::uint64_t room = rule_->bytes - body_sent_;
  const std::uint64_t of_body = bytes.size() - head;
  const bool over = in_body_ && of_body >= room;
  if (over) bytes.resize(head + room);
  body_sent_ += std::min(of_body, room);
  co_await real_.write(std::move(bytes));
  if (!over) co_return;
  if (rule_->fault == Fault::kStall) co_await real_.stall();
  real_.close();
  throw ConnectionEnded();
}

}  // namespace sandport::e2b_emulator
