#include "host/plugin/adapt/waiters.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace sandport::adapt {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

struct Waiter {
  asio::any_completion_handler<void(error_code)> handler;
  asio::any_io_executor executor;  // counts as outstanding work
};

void complete(Waiter waiter, error_code result) {
  const auto executor = waiter.executor;
  asio::post(executor,
             [waiter = std::move(waiter), result]() mutable { std::move(waiter.handler)(result); });
}

}  // namespace

struct Waiters::State : std::enable_shared_from_this<State> {
  std::mutex mutex;
  std::uint64_t generation = 0;
  std::uint64_t next_id = 0;
  std::unordered_map<std::uint64_t, Waiter> waiting;

  bool is_waiting(std::uint64_t id) {
    const std::lock_guard lock{mutex};
    return waiting.contains(id);
  }

  void abort(std::uint64_t id) {
    std::unique_lock lock{mutex};
    auto node = waiting.extract(id);
    lock.unlock();
    if (!node.empty()) complete(std::move(node.mapped()), asio::error::operation_aborted);
  }

  template <typename Handler>
  void add(Handler handler, std::uint64_t ticket, std::function<bool()> on_cancel) {
    auto executor = asio::prefer(asio::any_io_executor{asio::get_associated_executor(handler)},
                                 asio::execution::outstanding_work.tracked);
    auto slot = asio::get_associated_cancellation_slot(handler);
    Waiter waiter{std::move(handler), std::move(executor)};
    std::unique_lock lock{mutex};
    if (generation != ticket) {
      lock.unlock();
      complete(std::move(waiter), {});
      return;
    }
    const auto id = next_id++;
    // Before the waiter is visible: a notify on another thread may finish it at once.
    if (slot.is_connected()) {
      slot.assign([self = shared_from_this(), id,
                   on_cancel = std::move(on_cancel)](asio::cancellation_type) {
        if (!self->is_waiting(id)) return;
        if (on_cancel && on_cancel()) return;
        self->abort(id);
      });
    }
    waiting.emplace(id, std::move(waiter));
  }
};

namespace {

// Not a coroutine: g++ 12 destroys captures twice when a lambda stands in a co_await expression.
template <typename State, typename Token>
auto initiate_wait(std::shared_ptr<State> state, std::uint64_t ticket,
                   std::function<bool()> on_cancel, Token& token) {
  auto initiate = [state = std::move(state), ticket](auto handler,
                                                     std::function<bool()> cancelled) {
    state->add(std::move(handler), ticket, std::move(cancelled));
  };
  return asio::async_initiate<Token, void(error_code)>(std::move(initiate), token,
                                                       std::move(on_cancel));
}

}  // namespace

Waiters::Waiters() : state_(std::make_shared<State>()) {}
Waiters::~Waiters() = default;

std::uint64_t Waiters::ticket() const {
  const std::lock_guard lock{state_->mutex};
  return state_->generation;
}

Task<void> Waiters::wait(std::uint64_t ticket, std::function<bool()> on_cancel) {
  error_code result;
  auto token = asio::redirect_error(asio::use_awaitable, result);
  co_await initiate_wait(state_, ticket, std::move(on_cancel), token);
  if (result) throw Error(Code::kCancelled, "cancelled");
}

void Waiters::notify() {
  std::unordered_map<std::uint64_t, Waiter> woken;
  {
    const std::lock_guard lock{state_->mutex};
    ++state_->generation;
    woken.swap(state_->waiting);
  }
  for (auto& [id, waiter] : woken) complete(std::move(waiter), {});
}

}  // namespace sandport::adapt
