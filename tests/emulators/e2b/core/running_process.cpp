#include "tests/emulators/e2b/core/running_process.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tests/emulators/e2b/envd/process_event.hpp"

namespace sandport::e2b_emulator {
namespace asio = boost::asio;

namespace {

// Pieces as envd reads them.
constexpr std::size_t kPipePiece = 32 * 1024;
constexpr std::size_t kTerminalPiece = 16 * 1024;
// How long the real exit status of a signalled leader is waited for.
constexpr std::chrono::milliseconds kStatusGrace{500};

}  // namespace

RunningProcess::RunningProcess(const asio::any_io_executor& executor,
                               std::unique_ptr<Process> process, ProcessSettings settings)
    : executor_(executor),
      process_(std::move(process)),
      pid_(static_cast<std::uint32_t>(process_->pid())),
      settings_(std::move(settings)) {}

std::string RunningProcess::start_message() const { return start_event(pid_); }

void RunningProcess::subscribe(const std::shared_ptr<Inbox>& inbox) {
  inbox->push(start_message());
  if (ended()) {
    inbox->push(end_message_);
    inbox->finish();
  } else {
    subscribers_.push_back(inbox);
  }
}

std::vector<std::shared_ptr<Inbox>> RunningProcess::listeners() {
  std::vector<std::shared_ptr<Inbox>> alive;
  std::erase_if(subscribers_, [&](const std::weak_ptr<Inbox>& subscriber) {
    auto inbox = subscriber.lock();
    if (!inbox) return true;
    alive.push_back(std::move(inbox));
    return false;
  });
  return alive;
}

void RunningProcess::start_pump() {
  asio::co_spawn(executor_, pump(shared_from_this()), asio::detached);
}

Task<void> RunningProcess::pump(std::shared_ptr<RunningProcess> self) {
  ExitStatus status;
  try {
    for (;;) {
      std::optional<OutputChunk> chunk = co_await self->process_->next_output();
      if (!chunk) break;
      co_await self->deliver(std::move(*chunk));
    }
    status = co_await self->process_->wait();
  } catch (const Error&) {
    status.reason = ExitReason::kLost;
    status.signal = SIGKILL;
  }
  self->end_with(status);
}

Task<void> RunningProcess::deliver(OutputChunk chunk) {
  const bool terminal = chunk.channel == OutputChannel::kPty;
  const std::size_t most = terminal ? kTerminalPiece : kPipePiece;
  for (std::size_t at = 0; at < chunk.bytes.size(); at += most) {
    const std::string message =
        data_event(chunk.channel, std::string_view(chunk.bytes).substr(at, most));
    const auto all = listeners();
    for (const auto& inbox : all) inbox->push(message);
    for (const auto& inbox : all) co_await inbox->wait_for_room();
  }
}

void RunningProcess::end_with(const ExitStatus& status) {
  if (ended()) return;
  ended_at_ = std::chrono::steady_clock::now();
  end_message_ = end_event(status);
  for (const auto& inbox : listeners()) {
    inbox->push(end_message_);
    inbox->finish();
  }
  subscribers_.clear();
}

void RunningProcess::signal_leader(int number) {
  if (ended() || pid_ == 0) return;
  ::kill(static_cast<pid_t>(pid_), number);
  if (std::exchange(leader_followed_, true)) return;
  asio::co_spawn(executor_, follow_leader(shared_from_this(), number), asio::detached);
}

// The pump sees the end only when the last pipe is closed, and orphans may keep them open.
Task<void> RunningProcess::follow_leader(std::shared_ptr<RunningProcess> self, int number) {
  const int fd = static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(self->pid_), 0));
  if (fd >= 0) {
    asio::posix::stream_descriptor leader(self->executor_, fd);
    co_await leader.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
  }
  asio::steady_timer grace(self->executor_, kStatusGrace);
  co_await grace.async_wait(asio::use_awaitable);
  ExitStatus status;
  status.reason = ExitReason::kKilled;
  status.signal = number;
  self->end_with(status);
}

Task<void> RunningProcess::write_input(std::string bytes) { co_await process_->write_stdin(bytes); }

Task<void> RunningProcess::close_input() {
  co_await process_->close_stdin();
  settings_.input = ProcessInput::kNone;
}

}  // namespace sandport::e2b_emulator
