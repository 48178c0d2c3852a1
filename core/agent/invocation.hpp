// A tool at work, and the way to stop it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/agent/loop_state.hpp"
#include "core/error.hpp"

namespace sandport {

// Shared with the tool's coroutine, which may outlive the call. Used on the session's strand.
class Invocation {
 public:
  Invocation(LoopState& loop, std::string call_id) : loop_(&loop), call_id_(std::move(call_id)) {}

  // `keep` is kept for as long as the tool works. The loop is woken at the end.
  static void start(const std::shared_ptr<Invocation>& self,
                    const boost::asio::any_io_executor& executor, Toolset& toolset,
                    std::string tool, std::string arguments, ToolCallContext context,
                    std::shared_ptr<void> keep);

  void cancel();
  // Nothing is told to the loop from here on: it may be gone.
  void detach() { loop_ = nullptr; }
  [[nodiscard]] bool done() const { return done_; }
  // Only when done():
  [[nodiscard]] std::optional<Error> failure() const;
  [[nodiscard]] ToolResult& result() { return result_; }

 private:
  void progress(std::string_view text);
  void finish(std::exception_ptr failure, ToolResult result);

  LoopState* loop_;
  std::string call_id_;
  boost::asio::cancellation_signal cancel_;
  bool done_ = false;
  std::exception_ptr failure_;
  ToolResult result_;
};

}  // namespace sandport
