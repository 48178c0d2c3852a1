// What waits to be sent on one open stream.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>

#include "tests/emulators/e2b/core/event.hpp"
#include "tests/emulators/e2b/core/failure.hpp"

namespace sandport::e2b_emulator {

// One reader, any number of writers, all on the server's thread.
class Inbox {
 public:
  enum class News { kMessage, kFinished, kFailed, kCut, kDeadline };

  explicit Inbox(const boost::asio::any_io_executor& executor);

  void push(std::string message);  // the JSON text of one frame
  void finish();                   // an orderly end after what is queued
  void fail(ConnectFailure failure);
  void cut();  // the connection breaks, at once

  // A reader that is behind by so much holds the writer back.
  [[nodiscard]] bool full() const { return size_ >= kMostBytes && !cut_; }
  [[nodiscard]] Task<void> wait_for_room();

  // What comes next, or kDeadline.
  [[nodiscard]] Task<News> next(std::chrono::steady_clock::time_point deadline);
  [[nodiscard]] std::string take();  // after kMessage
  [[nodiscard]] const ConnectFailure& failure() const { return *failure_; }

 private:
  static constexpr std::size_t kMostBytes = 1 << 20;

  std::deque<std::string> messages_;
  std::size_t size_ = 0;
  bool finished_ = false;
  bool cut_ = false;
  std::optional<ConnectFailure> failure_;
  Event arrived_;
  Event taken_;
};

}  // namespace sandport::e2b_emulator
