// Runs a coroutine for the person at the terminal: waits for it, and lets Ctrl-C cancel it.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

#include "host/engine/block_on.hpp"
#include "host/engine/cancelled.hpp"
#include "host/engine/engine.hpp"
#include "host/ui/interrupts.hpp"

namespace sandport {

namespace detail {

// Touched on the work's strand only.
struct Foreground {
  boost::asio::cancellation_signal cancel;
  bool interrupted = false;
};

}  // namespace detail

// What becomes of an interrupt that came too late to stop the work: it was done all the same.
enum class LateInterrupt {
  kForget,  // what comes next is the end in any case
  kKeep,    // it is for what comes next
};

// Returns what `work` returns, or throws what it throws; Error kCancelled when it was interrupted.
// Called on the main thread. A signal that comes after it is kept for what runs next: what `work`
// made can still be ended in order.
template <typename T>
T run_in_foreground(const Strand& strand, Interrupts& interrupts, boost::asio::awaitable<T> work,
                    LateInterrupt late = LateInterrupt::kForget) {
  namespace asio = boost::asio;
  auto state = std::make_shared<detail::Foreground>();
  auto promise = std::make_shared<std::promise<T>>();
  std::future<T> result = promise->get_future();
  // Before the work begins: from its first effect on, a signal must find somebody to ask.
  interrupts.on_interrupt([strand, state] {
    asio::post(strand, [state] {
      state->interrupted = true;
      state->cancel.emit(asio::cancellation_type::terminal);
    });
  });
  asio::post(strand, [strand, state, promise, work = std::move(work)]() mutable {
    // The signal is touched once more after the promise was kept: at the coroutine's own end.
    auto keep = [state](const std::exception_ptr&) {};
    asio::co_spawn(strand, detail::fulfil<T>(std::move(work), promise),
                   asio::bind_cancellation_slot(state->cancel.slot(), std::move(keep)));
    if (state->interrupted) state->cancel.emit(asio::cancellation_type::terminal);
  });
  result.wait();
  const bool interrupted = !interrupts.hold();
  try {
    if constexpr (std::is_void_v<T>) {
      result.get();
      if (interrupted && late == LateInterrupt::kKeep) interrupts.keep();
      return;
    } else {
      T value = result.get();
      if (interrupted && late == LateInterrupt::kKeep) interrupts.keep();
      return value;
    }
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
    throw cancelled_error();
  }
}

}  // namespace sandport
