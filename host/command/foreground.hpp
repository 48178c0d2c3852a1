// Runs a coroutine for the person at the terminal: waits for it, and lets Ctrl-C cancel it.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <future>
#include <memory>

#include "host/engine/block_on.hpp"
#include "host/engine/cancelled.hpp"
#include "host/engine/engine.hpp"
#include "host/ui/interrupts.hpp"

namespace sandport {

// Returns what `work` returns, or throws what it throws; Error kCancelled when it was interrupted.
// Called on the main thread. A signal that comes after it is kept for what runs next: what `work`
// made can still be ended in order.
template <typename T>
T run_in_foreground(const Strand& strand, Interrupts& interrupts, boost::asio::awaitable<T> work) {
  namespace asio = boost::asio;
  auto signal = std::make_shared<asio::cancellation_signal>();
  auto promise = std::make_shared<std::promise<T>>();
  std::future<T> result = promise->get_future();
  asio::co_spawn(strand, detail::fulfil<T>(std::move(work), promise),
                 asio::bind_cancellation_slot(signal->slot(), asio::detached));
  interrupts.on_interrupt([strand, signal] {
    asio::post(strand, [signal] { signal->emit(asio::cancellation_type::terminal); });
  });
  result.wait();
  interrupts.hold();
  try {
    return result.get();
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
    throw cancelled_error();
  }
}

}  // namespace sandport
