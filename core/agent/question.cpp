#include "core/agent/question.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <utility>

#include "core/agent/failure.hpp"

namespace sandport {
namespace asio = boost::asio;

namespace {

// A coroutine of its own, so that what it refers to lives in its frame.
Task<PermissionAnswer> ask_approver(Approver& approver, PermissionRequest request,
                                    std::shared_ptr<void> keep) {
  (void)keep;
  co_return co_await approver.ask(std::move(request));
}

}  // namespace

void Question::ask(const std::shared_ptr<Question>& self, const asio::any_io_executor& executor,
                   PermissionRequest request, std::shared_ptr<void> keep) {
  auto done = [self](std::exception_ptr failure, PermissionAnswer answer) {
    self->done_ = true;
    self->failure_ = std::move(failure);
    self->answer_ = std::move(answer);
    if (self->loop_ != nullptr) self->loop_->wake();
  };
  Approver& approver = *self->loop_->config.approver;
  asio::co_spawn(executor, ask_approver(approver, std::move(request), std::move(keep)),
                 asio::bind_cancellation_slot(self->cancel_.slot(),
                                              asio::bind_executor(executor, std::move(done))));
}

void Question::cancel() {
  if (done_ || cancelled()) return;
  cancelled_at_ = loop_->clock().now();
  cancel_.emit(asio::cancellation_type::terminal);
}

Clock::TimePoint Question::deadline() const {
  if (done_ || !cancelled()) return Clock::TimePoint::max();
  return deadline_after(*cancelled_at_, loop_->config.limits.cancel_grace);
}

std::optional<Error> Question::failure() const {
  if (!failure_) return std::nullopt;
  return error_of(failure_);
}

}  // namespace sandport
