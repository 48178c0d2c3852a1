#include "tests/emulators/e2b/core/inbox.hpp"

#include <utility>

namespace sandport::e2b_emulator {

Inbox::Inbox(const boost::asio::any_io_executor& executor) : arrived_(executor), taken_(executor) {}

void Inbox::push(std::string message) {
  size_ += message.size();
  messages_.push_back(std::move(message));
  arrived_.notify();
}

void Inbox::finish() {
  finished_ = true;
  arrived_.notify();
}

void Inbox::fail(ConnectFailure failure) {
  failure_.emplace(std::move(failure));
  arrived_.notify();
}

void Inbox::cut() {
  cut_ = true;
  arrived_.notify();
  taken_.notify();
}

Task<void> Inbox::wait_for_room() {
  while (full()) co_await taken_.wait();
}

Task<Inbox::News> Inbox::next(std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    if (cut_) co_return News::kCut;
    if (!messages_.empty()) co_return News::kMessage;
    if (failure_) co_return News::kFailed;
    if (finished_) co_return News::kFinished;
    if (std::chrono::steady_clock::now() >= deadline) co_return News::kDeadline;
    co_await arrived_.wait_until(deadline);
  }
}

std::string Inbox::take() {
  std::string message = std::move(messages_.front());
  messages_.pop_front();
  size_ -= message.size();
  taken_.notify();
  return message;
}

}  // namespace sandport::e2b_emulator
