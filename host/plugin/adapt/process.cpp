// A plugin's process as core sees it.
#include <utility>

#include "host/plugin/adapt/sandbox.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace {

OutputChannel to_output_channel(std::uint32_t channel) {
  switch (channel) {
    case SP_CHANNEL_STDERR:
      return OutputChannel::kStderr;
    case SP_CHANNEL_PTY:
      return OutputChannel::kPty;
    case SP_CHANNEL_GAP:
      return OutputChannel::kGap;
    default:
      return OutputChannel::kStdout;
  }
}

bool is_output(std::uint32_t channel) {
  return channel >= SP_CHANNEL_STDOUT && channel <= SP_CHANNEL_GAP && channel != SP_CHANNEL_STARTED;
}

// Output is not held back while somebody waits for the exit.
class BoundLifted {
 public:
  explicit BoundLifted(Operation& operation) : operation_(operation) { operation_.lift_bound(); }
  ~BoundLifted() { operation_.restore_bound(); }
  BoundLifted(const BoundLifted&) = delete;
  BoundLifted& operator=(const BoundLifted&) = delete;

 private:
  Operation& operation_;
};

class AbiProcess final : public Process {
 public:
  AbiProcess(std::shared_ptr<ProcessObject> object, OperationHandle operation)
      : object_(std::move(object)), operation_(std::move(operation)) {}

  // Throws the Error of a process that never started.
  Task<void> started() {
    co_await operation_->started(OnCancel::kCancel);
    operation_->throw_if_failed();
    if (operation_->cancel_requested()) throw Error(Code::kCancelled, "cancelled");
  }

  std::int64_t pid() const override {
    if (const auto pid = operation_->pid(); pid != 0) return pid;
    sp_process* const self = object_->abi();
    return SP_HAS(sp_process, self, pid) ? self->pid(self) : 0;
  }

  Task<std::optional<OutputChunk>> next_output() override {
    for (;;) {
      auto event = co_await operation_->next(OnCancel::kLeave);
      if (!event) co_return std::nullopt;
      if (!is_output(event->channel)) continue;
      co_return OutputChunk{to_output_channel(event->channel), std::move(event->bytes())};
    }
  }

  Task<ExitStatus> wait() override {
    const auto operation = operation_.shared();
    const BoundLifted lifted{*operation};
    co_await operation->ended(OnCancel::kLeave);
    co_return operation->exit_status();
  }

  Task<void> write_stdin(std::string_view bytes) override {
    sp_process* const self = object_->abi();
    if (!SP_HAS(sp_process, self, write_stdin)) throw_lacking(*object_, "write_stdin");
    // A copy, because the plugin may read it until done, also when we had to give the wait up.
    const auto kept = std::make_shared<const std::string>(bytes);
    OperationOptions options;
    options.name = "write_stdin";
    options.borrowed = kept;
    Operation::Submit submit = [self, kept](sp_sink* sink, sp_op** op, sp_error* error) {
      return self->write_stdin(self, to_bytes(std::string_view{*kept}), sink, op, error);
    };
    co_await run(object_, std::move(options), std::move(submit));
  }

  Task<void> close_stdin() override {
    sp_process* const self = object_->abi();
    if (!SP_HAS(sp_process, self, close_stdin)) throw_lacking(*object_, "close_stdin");
    co_await run_for_text(object_, "close_stdin",
                          [self](sp_sink* sink, sp_op** op, sp_error* error) {
                            return self->close_stdin(self, sink, op, error);
                          });
  }

  Task<void> signal(int number) override {
    sp_process* const self = object_->abi();
    if (!SP_HAS(sp_process, self, signal)) throw_lacking(*object_, "signal");
    co_await run_for_text(object_, "signal",
                          [self, number](sp_sink* sink, sp_op** op, sp_error* error) {
                            return self->signal(self, number, sink, op, error);
                          });
  }

  Task<void> resize(PtySize size) override {
    sp_process* const self = object_->abi();
    if (!SP_HAS(sp_process, self, resize)) throw_lacking(*object_, "resize");
    co_await run_for_text(object_, "resize",
                          [self, size](sp_sink* sink, sp_op** op, sp_error* error) {
                            return self->resize(self, size.rows, size.columns, sink, op, error);
                          });
  }

 private:
  std::shared_ptr<ProcessObject> object_;  // unpins the operation, after operation_ abandoned it
  OperationHandle operation_;
};

}  // namespace

Task<std::unique_ptr<Process>> adapt_process(std::shared_ptr<SandboxObject> sandbox,
                                             OperationHandle operation, sp_process* process) {
  // Made first: from here on it unpins the operation, whatever happens.
  auto object = std::make_shared<ProcessObject>(process, std::move(sandbox), operation.shared());
  auto adapted = std::make_unique<AbiProcess>(std::move(object), std::move(operation));
  co_await adapted->started();
  co_return adapted;
}

}  // namespace sandport::adapt
