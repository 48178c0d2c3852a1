// One operation of a service, as a coroutine of ours that feeds a plugin's sink.
#pragma once

#include <sandport/abi.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "host/engine/strand_event.hpp"

namespace sandport::services {

// Shared by the coroutine, which runs on the strand, and the sp_op, which the plugin releases.
class Flow : public std::enable_shared_from_this<Flow> {
 public:
  // What runs; it returns the result that `done` brings. It is cancelled by op->cancel and when the
  // engine stops. Whatever it throws becomes the status of `done`.
  using Body = std::function<boost::asio::awaitable<std::string>(std::shared_ptr<Flow>)>;

  // Writes *out_op, then runs `body` on the strand; returns at once. `keep` lives until the op is
  // released. Throws Error kUnavailable, with nothing written, once `stop` is requested.
  static void launch(const Strand& strand, const std::stop_token& stop, sp_sink* sink,
                     sp_op** out_op, Body body, std::shared_ptr<void> keep = nullptr);

  Flow(const Strand& strand, sp_sink* sink);

  [[nodiscard]] const Strand& strand() const { return strand_; }

  // Gives the sink one event, then waits for as long as it has had enough.
  boost::asio::awaitable<void> emit(std::uint32_t channel, std::string_view payload);

 private:
  struct Op;

  void cancel();
  void resume();
  void done(const std::exception_ptr& failure, const std::string& result);

  Strand strand_;
  sp_sink* sink_;  // until done
  bool paused_ = false;
  StrandEvent resumed_;
  boost::asio::cancellation_signal cancel_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace sandport::services
