// Runs a coroutine on another strand, waits for it, and carries cancellation across safely.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "host/engine/engine.hpp"

namespace sandport {
namespace detail {

// Boost 1.81's co_spawn keeps the child's cancellation signal in the parent's frame and reaches for
// it from the child's executor, where the parent may be gone already. Here the signal is shared.
struct Hop {
  boost::asio::cancellation_signal cancel;
  bool done = false;
};

inline boost::asio::awaitable<void> hop(Strand strand, boost::asio::awaitable<void> work) {
  namespace asio = boost::asio;
  auto initiate = [strand](auto handler, asio::awaitable<void> child) {
    auto shared = std::make_shared<Hop>();
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
      slot.assign([strand, shared](asio::cancellation_type type) {
        asio::post(strand, [shared, type] {
          if (!shared->done) shared->cancel.emit(type);
        });
      });
    }
    auto home = asio::get_associated_executor(handler);
    auto ended = [shared, guard = asio::make_work_guard(home),
                  handler = std::move(handler)](std::exception_ptr failure) mutable {
      shared->done = true;
      asio::post(guard.get_executor(), [handler = std::move(handler), failure]() mutable {
        std::move(handler)(failure);
      });
    };
    asio::co_spawn(strand, std::move(child),
                   asio::bind_cancellation_slot(shared->cancel.slot(), std::move(ended)));
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
      std::move(initiate), asio::use_awaitable, std::move(work));
}

template <typename T>
boost::asio::awaitable<void> store(boost::asio::awaitable<T> work,
                                   std::shared_ptr<std::optional<T>> result) {
  result->emplace(co_await std::move(work));
}

}  // namespace detail

inline boost::asio::awaitable<void> run_on(Strand strand, boost::asio::awaitable<void> work) {
  co_await detail::hop(std::move(strand), std::move(work));
}

template <typename T>
boost::asio::awaitable<T> run_on(Strand strand, boost::asio::awaitable<T> work) {
  auto result = std::make_shared<std::optional<T>>();
  co_await detail::hop(std::move(strand), detail::store<T>(std::move(work), result));
  co_return std::move(**result);
}

}  // namespace sandport
