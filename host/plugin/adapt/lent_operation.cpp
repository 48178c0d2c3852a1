#include "host/plugin/adapt/lent_operation.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace asio = boost::asio;

LentOperation::LentOperation(sp_sink* sink, LentStrand strand)
    : handle_{{sizeof(sp_op), &on_cancel, &on_resume, &on_release}, this},
      sink_(sink),
      strand_(std::move(strand)) {}

void LentOperation::on_cancel(sp_op* self) noexcept {
  reinterpret_cast<Handle*>(self)->owner->request_cancel();
}

void LentOperation::on_resume(sp_op* self) noexcept {
  auto* const owner = reinterpret_cast<Handle*>(self)->owner;
  {
    const std::lock_guard lock{owner->mutex_};
    owner->resumed_ = true;
  }
  owner->waiters_.notify();
}

void LentOperation::on_release(sp_op* self) noexcept {
  auto* const owner = reinterpret_cast<Handle*>(self)->owner;
  std::shared_ptr<LentOperation> last;  // freed after the lock
  const std::lock_guard lock{owner->mutex_};
  last = std::move(owner->plugin_reference_);
}

sp_op* LentOperation::hand_out() {
  const std::lock_guard lock{mutex_};
  plugin_reference_ = shared_from_this();
  return &handle_.abi;
}

void LentOperation::request_cancel() {
  asio::post(strand_, [self = shared_from_this()] {
    self->cancelled_ = true;
    self->signal_.emit(asio::cancellation_type::terminal);
  });
}

Task<void> LentOperation::emit(std::uint32_t channel, sp_bytes payload) {
  {
    const std::lock_guard lock{mutex_};
    resumed_ = false;
  }
  if (sink_->event(sink_, channel, payload)) co_return;
  for (;;) {
    const auto ticket = waiters_.ticket();
    {
      const std::lock_guard lock{mutex_};
      if (resumed_) co_return;
    }
    co_await waiters_.wait(ticket);
  }
}

void LentOperation::finish(const std::optional<Error>& error, const ResultValue& result) {
  if (error) {
    const StatusOf status{*error};
    sink_->done(sink_, &status.status(), sp_bytes{nullptr, 0});
    return;
  }
  sp_status status{};
  status.struct_size = sizeof status;
  if (const auto* text = std::get_if<std::string>(&result)) {
    sink_->done(sink_, &status, to_bytes(std::string_view{*text}));
  } else if (const auto* entry = std::get_if<FileEntry>(&result)) {
    const auto abi = to_abi(*entry);
    sink_->done(sink_, &status, to_bytes(abi));
  } else {
    const auto abi = to_abi(std::get<ExitStatus>(result));
    sink_->done(sink_, &status, to_bytes(abi));
  }
}

LentCalls::LentCalls(const asio::any_io_executor& executor)
    : strand_(asio::make_strand(executor)) {}

sp_code LentCalls::submit(sp_sink* sink, sp_op** out_op, sp_error* error, Body body) {
  auto operation = std::make_shared<LentOperation>(sink, strand_);
  {
    const std::lock_guard lock{mutex_};
    if (closed_) {
      return refuse(error, Error(Code::kFailedPrecondition,
                                 "this was lent for one tool call, and the call is over"));
    }
    in_flight_.insert(operation);
  }
  *out_op = operation->hand_out();
  // Posted, because the caller may be on the strand: nothing runs inside submit.
  asio::post(strand_, [self = shared_from_this(), operation, body = std::move(body)]() mutable {
    auto slot = operation->signal_.slot();
    // The signal is touched once more after run() has let go of it: at the coroutine's own end.
    auto keep = [operation](const std::exception_ptr&) {};
    asio::co_spawn(self->strand_, run(self, operation, std::move(body)),
                   asio::bind_cancellation_slot(slot, std::move(keep)));
  });
  return SP_OK;
}

Task<void> LentCalls::run(std::shared_ptr<LentCalls> self, std::shared_ptr<LentOperation> operation,
                          Body body) {
  std::optional<Error> error;
  ResultValue result;
  try {
    if (operation->cancelled_) throw Error(Code::kCancelled, "cancelled");
    result = co_await body(*operation);
  } catch (...) {
    error = to_error(std::current_exception());
  }
  body = nullptr;  // lets go of what it captured before the plugin hears of the end
  operation->finish(error, result);
  {
    const std::lock_guard lock{self->mutex_};
    self->in_flight_.erase(operation);
  }
  self->waiters_.notify();
}

Task<void> LentCalls::finish() {
  std::unordered_set<std::shared_ptr<LentOperation>> running;
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    running = in_flight_;
  }
  for (const auto& operation : running) operation->request_cancel();
  running.clear();
  for (;;) {
    const auto ticket = waiters_.ticket();
    {
      const std::lock_guard lock{mutex_};
      if (in_flight_.empty()) co_return;
    }
    co_await waiters_.wait(ticket);
  }
}

}  // namespace sandport::adapt
