// One reply of the model, collected as it streams in.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/agent/loop_state.hpp"
#include "core/error.hpp"
#include "core/model/model.hpp"
#include "core/model/reply_message.hpp"

namespace sandport {

// One attempt at one reply. Used on the session's strand.
class ReplyStream {
 public:
  explicit ReplyStream(LoopState& loop) : loop_(loop) {}
  // What still streams is left behind, unheard: cancel() first.
  ~ReplyStream();
  ReplyStream(const ReplyStream&) = delete;
  ReplyStream& operator=(const ReplyStream&) = delete;

  // `keep` is kept for as long as the model may still work on the request. The loop is woken when
  // there is something new.
  void start(const boost::asio::any_io_executor& executor, ChatRequest request,
             std::shared_ptr<void> keep);

  // The calls whose arguments have become whole since the last time. A call with broken arguments
  // is not among them: the reply tells about it.
  [[nodiscard]] std::vector<RequestedCall> take_complete_calls();

  // Asks the model to stop; what it gives from now on is ignored, and failed() tells `why`.
  void cancel(Error why);
  [[nodiscard]] bool cancelled() const { return why_.has_value(); }
  [[nodiscard]] bool done() const;
  // When the model must be given up: at the end of its silence or, once cancelled, of its grace.
  [[nodiscard]] Clock::TimePoint deadline() const;
  // Lets go of a model that does not stop: done() from now on.
  void abandon() { abandoned_ = true; }

  // Only when done():
  [[nodiscard]] std::optional<Error> failure() const;
  [[nodiscard]] ChatReply& reply();

  // What has come so far.
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] const std::string& reasoning() const;

 private:
  class Collector;

  LoopState& loop_;
  std::shared_ptr<Collector> collector_;
  std::optional<Error> why_;
  Clock::TimePoint cancelled_at_{};
  bool abandoned_ = false;
};

}  // namespace sandport
