#include "process/detached_process.hpp"

#include <fcntl.h>
#include <signal.h>

#include <exception>

#include "posix_error.hpp"
#include "process/terminal.hpp"
#include "sdk_error.hpp"

namespace sandport_local {
namespace {

constexpr std::size_t kJournalPiece = 64 * 1024;
// How many finished processes are remembered.
constexpr std::size_t kFinishedKept = 64;

sandport::ExitStatus to_exit(Reason reason, int code, int number) {
  return {static_cast<sandport::ExitReason>(reason), code, number};
}

}  // namespace

DetachedProcess::DetachedProcess(ProcessShared& shared, Command command)
    : shared_(shared),
      command_(std::move(command)),
      kill_on_cancel_(command_->kill_on_cancel),
      terminal_(command_->spawn.terminal.has_value()),
      argv0_(command_->spawn.argv.front()),
      cwd_(command_->spawn.cwd) {}

DetachedProcess::DetachedProcess(ProcessShared& shared, sandport::AttachRequest request)
    : shared_(shared), request_(std::move(request)) {}

sandport::Task<sandport::ExitStatus> DetachedProcess::run(sandport::ProcessOutput& output) {
  co_await shared_.thread.enter();
  co_await sandport::check_cancelled();
  std::exception_ptr failure;
  sandport::ExitStatus exit;
  try {
    if (command_) {
      start();
    } else {
      find();
    }
    co_await await_start();
    exit = co_await follow(output);
  } catch (const PosixError& error) {
    failure = std::make_exception_ptr(to_error(error));
  } catch (...) {
    failure = std::current_exception();
  }
  co_await shared_.thread.enter();
  if (failure && kill_on_cancel_) kill_from_here();
  input_.close();
  if (control_) control_->socket()->close();
  if (failure) std::rethrow_exception(failure);
  co_return exit;
}

void DetachedProcess::refuse_used_tag() const {
  if (command_->tag.empty()) return;
  for (const KeptProcess& other : kept_processes(shared_.processes)) {
    if (other.tag != command_->tag || !is_running(other)) continue;
    throw sandport::Error(SP_ALREADY_EXISTS, "a process with the tag '" + printable(command_->tag) +
                                                 "' runs already, with pid " +
                                                 std::to_string(other.pid));
  }
}

void DetachedProcess::start() {
  refuse_used_tag();
  prune_finished(shared_.processes, kFinishedKept);
  SpawnRequest& spawn_request = command_->spawn;
  KeptProcess kept;
  kept.tag = command_->tag;
  kept.argv = spawn_request.argv;
  kept.cwd = cwd_;
  kept.terminal = terminal_;
  NewProcessDirectory made(shared_.processes, kept);
  directory_ = made.path();
  spawn_request.directory = made.take_directory();
  spawn_request.listener = made.take_listener();
  try {
    Spawned ours = spawn(shared_.thread, shared_.supervisor, std::move(spawn_request));
    control_.emplace(shared_.thread, std::move(ours.control));
    if (ours.input) {
      input_.open(shared_.thread, std::move(ours.input),
                  terminal_ ? Input::Kind::kTerminal : Input::Kind::kPipe);
    }
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
    throw;
  }
}

void DetachedProcess::find() {
  // The newest one: tags and pids are used again.
  std::optional<KeptProcess> found;
  for (KeptProcess& process : kept_processes(shared_.processes)) {
    const bool same =
        request_.tag.empty() ? process.pid == request_.pid : process.tag == request_.tag;
    if (same) found = std::move(process);
  }
  const std::string name = request_.tag.empty() ? "pid " + std::to_string(request_.pid)
                                                : "tag '" + printable(request_.tag) + "'";
  if (!found) {
    const std::lock_guard lock(shared_.mutex);
    for (const auto& [pid, live] : shared_.live) {
      if (request_.tag.empty() ? pid != request_.pid : live.tag != request_.tag) continue;
      throw sandport::Error(
          SP_FAILED_PRECONDITION,
          "the process with " + name + " was not started detached, so its output is not kept");
    }
    throw sandport::Error(SP_NOT_FOUND, "no process with " + name + " was started in this sandbox",
                          "ESRCH");
  }
  directory_ = found->directory;
  terminal_ = found->terminal;
  pid_.store(found->pid);
  UniqueFd fd = connect_supervisor(directory_);
  if (fd) {
    ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
    control_.emplace(shared_.thread, std::move(fd));
  }
}

sandport::Task<void> DetachedProcess::await_start() {
  if (!control_) co_return;  // it has ended long ago
  UniqueFd first;
  UniqueFd second;
  const auto message = co_await sandport::shield(control_->receive(&first, &second));
  if (!message) {
    if (!command_) co_return;  // it ended while we came
    throw sandport::Error(SP_INTERNAL, "the supervisor '" + printable(shared_.supervisor.native()) +
                                           "' of a command ended before it started anything");
  }
  if (message->type == MessageType::kFailed) {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
    throw_start_failure(*message, argv0_, cwd_);
  }
  pid_.store(message->a);
  if (command_) co_return;
  const bool has_input = (message->c & 1) != 0;
  UniqueFd& terminal = has_input ? second : first;
  if ((message->c & 2) != 0) {
    input_.open(shared_.thread, std::move(terminal), Input::Kind::kTerminal);
  } else if (has_input) {
    input_.open(shared_.thread, std::move(first), Input::Kind::kPipe);
  }
}

sandport::Task<sandport::ExitStatus> DetachedProcess::follow(sandport::ProcessOutput& output) {
  output_.emplace(directory_, terminal_ ? "pty" : "stdout", request_.stdout_offset);
  error_.emplace(directory_, "stderr", request_.stderr_offset);
  co_await output.started(pid_.load());
  for (;;) {
    co_await shared_.thread.enter();
    if (exit_) break;
    std::optional<Message> message;
    if (control_) message = co_await control_->receive();
    if (message && message->type == MessageType::kOutput) {
      output_end_ = message->x;
      error_end_ = message->y;
    } else if (!message || message->type == MessageType::kExited) {
      take_end(message);
    }
    co_await send_new_output(output);
  }
  co_return *exit_;
}

// From the last message, or from what the supervisor left on disk.
void DetachedProcess::take_end(const std::optional<Message>& message) {
  if (message) {
    output_end_ = message->x;
    error_end_ = message->y;
    exit_ = to_exit(static_cast<Reason>(message->a), message->b, message->c);
    return;
  }
  if (const auto kept = read_exit(directory_)) {
    output_end_ = kept->output_bytes;
    error_end_ = kept->error_bytes;
    exit_ = to_exit(kept->reason, kept->code, kept->signal);
    return;
  }
  output_end_ = output_->end_on_disk();
  error_end_ = error_->end_on_disk();
  exit_ = to_exit(Reason::kLost, 0, 0);
}

sandport::Task<void> DetachedProcess::send_new_output(sandport::ProcessOutput& output) {
  const std::uint32_t channel = terminal_ ? SP_CHANNEL_PTY : SP_CHANNEL_STDOUT;
  bool more = true;
  while (more) {
    more = co_await send_piece(output, *output_, output_end_, channel);
    const bool more_error = co_await send_piece(output, *error_, error_end_, SP_CHANNEL_STDERR);
    more = more || more_error;
  }
}

// Whether there was anything.
sandport::Task<bool> DetachedProcess::send_piece(sandport::ProcessOutput& output,
                                                 JournalReader& journal, std::uint64_t end,
                                                 std::uint32_t channel) {
  const JournalReader::Piece piece = journal.next(end, kJournalPiece);
  if (piece.lost > 0) {
    co_await output.gap(std::to_string(piece.lost) + " bytes of " +
                        (channel == SP_CHANNEL_STDERR ? "stderr" : "output") +
                        " are not kept any more");
  }
  if (!piece.bytes.empty()) co_await output.emitter().emit(channel, piece.bytes);
  co_return piece.lost > 0 || !piece.bytes.empty();
}

void DetachedProcess::kill_from_here() {
  if (control_) control_->send(MessageType::kSignal, SIGKILL);
}

sandport::Task<void> DetachedProcess::write_stdin(std::string_view bytes) {
  return input_.write(shared_.thread, bytes);
}

sandport::Task<void> DetachedProcess::close_stdin() {
  co_await input_.finish(shared_.thread);
  co_await shared_.thread.enter();
  // The supervisor has a copy of the pipe.
  if (control_ && !terminal_) control_->send(MessageType::kCloseInput);
}

sandport::Task<void> DetachedProcess::signal(int number) {
  co_await shared_.thread.enter();
  if (number < 0 || number > SIGRTMAX) {
    throw sandport::Error(SP_INVALID_ARGUMENT, "there is no signal " + std::to_string(number),
                          "EINVAL");
  }
  if (control_) control_->send(MessageType::kSignal, number);
}

sandport::Task<void> DetachedProcess::resize(sandport::TerminalSize size) {
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
