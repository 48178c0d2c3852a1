#include "process/attached_process.hpp"

#include <signal.h>

#include <cerrno>
#include <exception>
#include <sandport/when_all.hpp>

#include "posix_error.hpp"
#include "process/terminal.hpp"
#include "sdk_error.hpp"

namespace sandport_local {
namespace {

constexpr std::size_t kPiece = 64 * 1024;
// After so many bytes in a row others on the thread get a turn.
constexpr std::size_t kTurn = 1024 * 1024;

}  // namespace

AttachedProcess::AttachedProcess(ProcessShared& shared, Command command)
    : shared_(shared),
      command_(std::move(command)),
      terminal_(command_.spawn.terminal.has_value()),
      argv0_(command_.spawn.argv.front()),
      cwd_(command_.spawn.cwd) {}

sandport::Task<sandport::ExitStatus> AttachedProcess::run(sandport::ProcessOutput& output) {
  co_await shared_.thread.enter();
  co_await sandport::check_cancelled();
  std::exception_ptr failure;
  try {
    co_await start(output);
    co_await follow(output);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await shared_.thread.enter();
  if (failure && control_ && command_.kill_on_cancel) {
    control_->send(MessageType::kSignal, SIGKILL);
    co_await sandport::shield(await_death());
  }
  finish();
  if (failure) std::rethrow_exception(failure);
  co_return exit_;
}

sandport::Task<void> AttachedProcess::start(sandport::ProcessOutput& output) {
  LiveProcess live{nullptr, command_.tag, command_.spawn.argv, cwd_};
  Spawned ours;
  try {
    ours = spawn(shared_.thread, shared_.supervisor, std::move(command_.spawn));
  } catch (const PosixError& error) {
    throw to_error(error);
  }
  control_.emplace(shared_.thread, std::move(ours.control));
  streams_->output = Descriptor::make(shared_.thread, std::move(ours.output));
  if (ours.error) streams_->error = Descriptor::make(shared_.thread, std::move(ours.error));
  if (ours.input) {
    input_.open(shared_.thread, std::move(ours.input),
                terminal_ ? Input::Kind::kTerminal : Input::Kind::kPipe);
  }
  // Shielded: a command that was started is never left without a watcher.
  const auto first = co_await sandport::shield(control_->receive());
  if (!first) {
    throw sandport::Error(SP_INTERNAL, "the supervisor '" + printable(shared_.supervisor.native()) +
                                           "' of a command ended before it started anything");
  }
  if (first->type == MessageType::kFailed) throw_start_failure(*first, argv0_, cwd_);
  pid_.store(first->a);
  live.control = control_->socket();
  {
    const std::lock_guard lock(shared_.mutex);
    shared_.live.emplace(first->a, std::move(live));
  }
  co_await output.started(first->a);
}

sandport::Task<void> AttachedProcess::follow(sandport::ProcessOutput& output) {
  sandport::Emitter& emitter = output.emitter();
  if (terminal_) {
    co_await sandport::when_all(pump(streams_->output, SP_CHANNEL_PTY, emitter), await_exit());
  } else {
    co_await sandport::when_all(pump(streams_->output, SP_CHANNEL_STDOUT, emitter),
                                pump(streams_->error, SP_CHANNEL_STDERR, emitter), await_exit());
  }
}

sandport::Task<void> AttachedProcess::pump(std::shared_ptr<Descriptor> stream,
                                           std::uint32_t channel, sandport::Emitter& emitter) {
  const auto streams = streams_;
  std::string buffer(kPiece, '\0');
  std::uint64_t allowance = UINT64_MAX;
  std::size_t in_a_row = 0;
  co_await shared_.thread.enter();
  for (;;) {
    if (streams->last_look && allowance == UINT64_MAX) allowance = stream->available();
    if (allowance == 0) co_return;
    const ssize_t size = stream->read(buffer.data(), std::min<std::uint64_t>(kPiece, allowance));
    if (size > 0) {
      const auto count = static_cast<std::size_t>(size);
      if (streams->last_look) allowance -= count;
      co_await emitter.emit(channel, std::string_view(buffer).substr(0, count));
      in_a_row += count;
      if (in_a_row >= kTurn) {
        in_a_row = 0;
        co_await shared_.thread.yield();
      }
      co_await shared_.thread.enter();
    } else if (size < 0 && errno == EAGAIN) {
      if (streams->last_look) co_return;
      in_a_row = 0;
      co_await stream->until(Descriptor::Event::kReadable);
    } else {
      co_return;  // the end; EIO is a terminal's
    }
  }
}

sandport::Task<void> AttachedProcess::await_exit() {
  co_await shared_.thread.enter();
  for (;;) {
    const auto message = co_await control_->receive();
    if (message && message->type != MessageType::kExited) continue;
    if (message) {
      exited_ = true;
      exit_.reason = static_cast<sandport::ExitReason>(message->a);
      exit_.exit_code = message->b;
      exit_.signal = message->c;
    }
    break;
  }
  begin_grace();
}

// The end of output is not waited for without limit: a child in the background may hold it open.
void AttachedProcess::begin_grace() {
  grace_ = std::make_shared<boost::asio::steady_timer>(shared_.thread.context(), shared_.grace);
  grace_->async_wait([streams = streams_, timer = grace_](const boost::system::error_code& error) {
    if (error) return;
    streams->last_look = true;
    if (streams->output) streams->output->interrupt();
    if (streams->error) streams->error->interrupt();
  });
}

sandport::Task<void> AttachedProcess::await_death() {
  for (;;) {
    const auto message = co_await control_->receive();
    if (!message || message->type == MessageType::kExited) co_return;
  }
}

// On the I/O thread. What is left of the tree goes on, and nobody's output blocks.
void AttachedProcess::finish() {
  if (grace_) grace_->cancel();
  {
    const std::lock_guard lock(shared_.mutex);
    shared_.live.erase(pid_.load());
  }
  input_.close();
  if (control_) {
    control_->send(MessageType::kDrain);
    shared_.survivors->adopt(control_->socket());
  }
  for (const auto& stream : {streams_->output, streams_->error}) {
    if (stream) stream->close();
  }
}

sandport::Task<void> AttachedProcess::write_stdin(std::string_view bytes) {
  return input_.write(shared_.thread, bytes);
}

sandport::Task<void> AttachedProcess::close_stdin() { return input_.finish(shared_.thread); }

sandport::Task<void> AttachedProcess::signal(int number) {
  co_await shared_.thread.enter();
  if (number < 0 || number > SIGRTMAX) {
    throw sandport::Error(SP_INVALID_ARGUMENT, "there is no signal " + std::to_string(number),
                          "EINVAL");
  }
  if (control_) control_->send(MessageType::kSignal, number);
}

sandport::Task<void> AttachedProcess::resize(sandport::TerminalSize size) {
  co_await shared_.thread.enter();
  if (!terminal_) {
    throw sandport::Error(SP_FAILED_PRECONDITION, "this process has no terminal", "ENOTTY");
  }
  if (!input_.is_open()) co_return;
  try {
    resize_terminal(input_.get(), {size.rows, size.columns});
  } catch (const PosixError& error) {
    throw to_error(error);
  }
}

}  // namespace sandport_local
