#include "host/plugin/adapt/lent_process.hpp"

#include <utility>

#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace {

std::int64_t process_pid(sp_process* self) noexcept { return LentProcess::of(self).pid(); }

sp_code write_stdin(sp_process* self, sp_bytes bytes, sp_sink* sink, sp_op** out_op,
                    sp_error* error) noexcept {
  return guarded(error, [&] {
    auto process = LentProcess::of(self).shared_from_this();
    return process->sandbox().calls().submit(
        sink, out_op, error, [process, bytes](LentOperation&) -> Task<ResultValue> {
          const auto running = co_await process->settled();
          if (!running) {
            throw Error(Code::kFailedPrecondition, "the process has ended", Retry::kNo, {},
                        "EPIPE");
          }
          co_await running->write_stdin(view(bytes));  // borrowed until done
          co_return std::string{};
        });
  });
}

sp_code close_stdin(sp_process* self, sp_sink* sink, sp_op** out_op, sp_error* error) noexcept {
  return guarded(error, [&] {
    auto process = LentProcess::of(self).shared_from_this();
    return process->sandbox().calls().submit(sink, out_op, error,
                                             [process](LentOperation&) -> Task<ResultValue> {
                                               if (const auto running = co_await process->settled())
                                                 co_await running->close_stdin();
                                               co_return std::string{};
                                             });
  });
}

sp_code send_signal(sp_process* self, int32_t number, sp_sink* sink, sp_op** out_op,
                    sp_error* error) noexcept {
  return guarded(error, [&] {
    auto process = LentProcess::of(self).shared_from_this();
    return process->sandbox().calls().submit(
        sink, out_op, error, [process, number](LentOperation&) -> Task<ResultValue> {
          if (const auto running = co_await process->settled()) co_await running->signal(number);
          co_return std::string{};
        });
  });
}

sp_code resize(sp_process* self, uint16_t rows, uint16_t columns, sp_sink* sink, sp_op** out_op,
               sp_error* error) noexcept {
  return guarded(error, [&] {
    auto process = LentProcess::of(self).shared_from_this();
    return process->sandbox().calls().submit(
        sink, out_op, error, [process, rows, columns](LentOperation&) -> Task<ResultValue> {
          if (const auto running = co_await process->settled())
            co_await running->resize({rows, columns});
          co_return std::string{};
        });
  });
}

std::uint32_t to_channel(OutputChannel channel) {
  switch (channel) {
    case OutputChannel::kStderr:
      return SP_CHANNEL_STDERR;
    case OutputChannel::kPty:
      return SP_CHANNEL_PTY;
    case OutputChannel::kGap:
      return SP_CHANNEL_GAP;
    case OutputChannel::kStdout:
      break;
  }
  return SP_CHANNEL_STDOUT;
}

// Tells the plugin all about a process that has started, to its end.
Task<ResultValue> follow(LentOperation& operation, Process& process) {
  const std::int64_t pid = process.pid();
  co_await operation.emit(SP_CHANNEL_STARTED, to_bytes(pid));
  while (auto chunk = co_await process.next_output()) {
    co_await operation.emit(to_channel(chunk->channel), to_bytes(std::string_view{chunk->bytes}));
  }
  co_return co_await process.wait();
}

using Starter = std::function<Task<std::unique_ptr<Process>>(Sandbox&)>;

sp_code submit_process(LentSandbox& lent, Starter starter, sp_sink* sink, sp_op** out_op,
                       sp_process** out_process, sp_error* error) {
  auto process = std::make_shared<LentProcess>(lent.shared_from_this());
  // The plugin may use the process as soon as it has the operation, so it comes first.
  *out_process = process->abi();
  return lent.calls().submit(
      sink, out_op, error,
      [process, starter = std::move(starter)](LentOperation& operation) -> Task<ResultValue> {
        operation.keep(process);
        std::exception_ptr failure;
        ResultValue result;
        try {
          process->adopt(co_await starter(process->sandbox().sandbox()));
          result = co_await follow(operation, *process->running());
        } catch (...) {
          failure = std::current_exception();
        }
        // Now, not at release: that comes on a thread of the plugin, and may come late.
        process->drop();
        if (failure) std::rethrow_exception(failure);
        co_return result;
      });
}

ExecRequest exec_request(LentSandbox& lent, const sp_exec* from) {
  if (from == nullptr) throw Error(Code::kInvalidArgument, "exec without a request");
  const sp_exec abi = copy_struct(from);
  ExecRequest request;
  for (std::size_t at = 0; at < abi.argc; ++at) request.argv.push_back(copy(abi.argv[at]));
  for (std::size_t at = 0; at < abi.env_count; ++at) {
    request.env.emplace_back(copy(abi.env[at].name), copy(abi.env[at].value));
  }
  if (request.argv.empty()) throw Error(Code::kInvalidArgument, "exec: the command is empty");
  request.cwd = abi.cwd.size == 0 ? lent.work_dir() : lent.path(abi.cwd);
  request.user = copy(abi.user);
  request.tag = copy(abi.tag);
  constexpr std::uint64_t kLongest = INT64_MAX / 1000000;  // so that nanoseconds never overflow
  request.timeout =
      std::chrono::milliseconds{static_cast<std::int64_t>(std::min(abi.timeout_ms, kLongest))};
  if ((abi.flags & SP_EXEC_STDIN) != 0) request.stdin_mode = StdinMode::kPipe;
  if ((abi.flags & SP_EXEC_DETACH) != 0) request.lifetime = ProcessLifetime::kDetached;
  return request;
}

sp_code exec_with(sp_sandbox* self, const sp_exec* request, std::optional<PtySize> pty,
                  sp_sink* sink, sp_op** out_op, sp_process** out_process,
                  sp_error* error) noexcept {
  return guarded(error, [&] {
    auto& lent = LentSandbox::of(self);
    auto wanted = exec_request(lent, request);
    wanted.pty = pty;
    return submit_process(
        lent, [wanted = std::move(wanted)](Sandbox& sandbox) { return sandbox.exec(wanted); }, sink,
        out_op, out_process, error);
  });
}

}  // namespace

LentProcess::LentProcess(std::shared_ptr<LentSandbox> sandbox)
    : handle_{{sizeof(sp_process), &process_pid, &write_stdin, &close_stdin, &send_signal, &resize},
              this},
      sandbox_(std::move(sandbox)) {}

void LentProcess::adopt(std::unique_ptr<Process> process) {
  pid_ = process->pid();
  process_ = std::move(process);
  settled_ = true;
  waiters_.notify();
}

void LentProcess::drop() {
  process_.reset();
  settled_ = true;
  waiters_.notify();
}

Task<std::shared_ptr<Process>> LentProcess::settled() {
  for (;;) {
    const auto ticket = waiters_.ticket();
    if (settled_) co_return process_;
    co_await waiters_.wait(ticket);
  }
}

sp_code lent_exec(sp_sandbox* self, const sp_exec* request, sp_sink* sink, sp_op** out_op,
                  sp_process** out_process, sp_error* error) noexcept {
  return exec_with(self, request, std::nullopt, sink, out_op, out_process, error);
}

sp_code lent_exec_pty(sp_sandbox* self, const sp_exec* request, uint16_t rows, uint16_t columns,
                      sp_sink* sink, sp_op** out_op, sp_process** out_process,
                      sp_error* error) noexcept {
  return exec_with(self, request, PtySize{rows, columns}, sink, out_op, out_process, error);
}

sp_code lent_attach(sp_sandbox* self, const sp_attach* request, sp_sink* sink, sp_op** out_op,
                    sp_process** out_process, sp_error* error) noexcept {
  return guarded(error, [&] {
    if (request == nullptr) throw Error(Code::kInvalidArgument, "attach without a request");
    const sp_attach abi = copy_struct(request);
    AttachRequest wanted{copy(abi.tag), abi.pid, abi.stdout_offset, abi.stderr_offset};
    return submit_process(
        LentSandbox::of(self),
        [wanted = std::move(wanted)](Sandbox& sandbox) { return sandbox.attach(wanted); }, sink,
        out_op, out_process, error);
  });
}

}  // namespace sandport::adapt
