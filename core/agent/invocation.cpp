#include "core/agent/invocation.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <utility>

#include "core/agent/failure.hpp"

namespace sandport {
namespace asio = boost::asio;

namespace {

// A coroutine of its own, so that what it refers to lives in its frame.
Task<ToolResult> invoke(Toolset& toolset, std::string tool, std::string arguments,
                        ToolCallContext context, std::function<void(std::string_view)> progress,
                        std::shared_ptr<void> keep) {
  (void)keep;
  co_return co_await toolset.invoke(std::move(tool), std::move(arguments), std::move(context),
                                    std::move(progress));
}

}  // namespace

void Invocation::start(const std::shared_ptr<Invocation>& self,
                       const asio::any_io_executor& executor, Toolset& toolset, std::string tool,
                       std::string arguments, ToolCallContext context, std::shared_ptr<void> keep) {
  auto progress = [executor, weak = std::weak_ptr<Invocation>(self)](std::string_view text) {
    asio::post(executor, [weak, text = std::string(text)] {
      if (const auto invocation = weak.lock()) invocation->progress(text);
    });
  };
  auto done = [self](std::exception_ptr failure, ToolResult result) {
    self->finish(std::move(failure), std::move(result));
  };
  asio::co_spawn(executor,
                 invoke(toolset, std::move(tool), std::move(arguments), std::move(context),
                        std::move(progress), std::move(keep)),
                 asio::bind_cancellation_slot(self->cancel_.slot(),
                                              asio::bind_executor(executor, std::move(done))));
}

void Invocation::cancel() {
  if (!done_) cancel_.emit(asio::cancellation_type::terminal);
}

std::optional<Error> Invocation::failure() const {
  if (!failure_) return std::nullopt;
  return error_of(failure_);
}

void Invocation::progress(std::string_view text) {
  if (loop_ != nullptr && !done_) {
    loop_->emit(ToolCallProgress{call_id_, loop_->redact(std::string(text))});
  }
}

void Invocation::finish(std::exception_ptr failure, ToolResult result) {
  done_ = true;
  failure_ = std::move(failure);
  result_ = std::move(result);
  if (loop_ != nullptr) loop_->wake();
}

}  // namespace sandport
