#include "process/live_process.hpp"

#include <nlohmann/json.hpp>
#include <sandport/utf8.hpp>
#include <sandport/when_all.hpp>
#include <tuple>

#include "encoding.hpp"
#include "json_access.hpp"
#include "process/exit_status.hpp"
#include "process/scripts.hpp"
#include "retry.hpp"

namespace sandport_e2b {
namespace {

using sandport::Error;
using sandport::ExitReason;
using sandport::ExitStatus;
using sandport::Task;

constexpr std::string_view kDoing = "running a command";
// For the end of a command that was killed, before it is given up.
constexpr std::chrono::seconds kDeath{5};

Input input_of(const sandport::ExecRequest& request, bool terminal) {
  if (terminal) return Input::kTerminal;
  return request.stdin_mode == sandport::Stdin::kPipe ? Input::kPipe : Input::kNone;
}

}  // namespace

LiveProcess::LiveProcess(ProcessShared& shared, sandport::ExecRequest request,
                         std::optional<sandport::TerminalSize> terminal)
    : E2bProcess(shared, input_of(request, terminal.has_value()), request.user),
      request_(std::move(request)),
      terminal_(terminal),
      found_(false),
      program_(request_.argv.front()),
      scanner_("") {
  key_ = random_hex(16);
  root_ = terminal_ ? Root::kSelf : Root::kBelow;
  scanner_ = NoteScanner(key_);
  if (request_.timeout.count() == 0) request_.timeout = shared.envd.options().exec_timeout;
}

LiveProcess::LiveProcess(ProcessShared& shared, std::int64_t pid)
    : E2bProcess(shared, Input::kPipe, ""), found_(true), scanner_("") {
  input_pid_ = pid;
  root_pid_ = pid;
  root_ = Root::kSelf;
}

Task<ExitStatus> LiveProcess::run(sandport::ProcessOutput& output) {
  ExitStatus exit;
  std::exception_ptr failure;
  try {
    exit = co_await start_and_watch(output);
  } catch (...) {
    failure = std::current_exception();
  }
  const bool runs = begun_.count() != 0 && !missing_ && !exit_;
  if (failure && runs && request_.on_cancel == sandport::OnCancel::kKill) {
    co_await kill_tree();
  }
  ended_.store(true);
  started_.open();
  if (failure) std::rethrow_exception(failure);
  co_return exit;
}

Task<ExitStatus> LiveProcess::start_and_watch(sandport::ProcessOutput& output) {
  co_await shared_.life.extend();
  auto opened = found_ ? connect() : start();
  auto stream = co_await opened;
  co_await take_pid(stream);
  if (found_) {
    co_await announce(output);
    co_await output.gap("what it wrote before we came back to it is lost");
  }
  auto reading = read_all(output, std::move(stream));
  auto watching = watch_over();
  co_await sandport::when_all(std::move(reading), std::move(watching));
  if (timed_out_) {
    ExitStatus killed = from_shell_code(128 + 9);
    killed.reason = ExitReason::kTimeout;
    co_return killed;
  }
  ExitStatus lost;
  lost.reason = ExitReason::kLost;
  co_return exit_.value_or(lost);
}

Task<ConnectStream> LiveProcess::start() {
  StartRequest start;
  start.script = terminal_                ? scripts::kTerminal
                 : input_ == Input::kPipe ? scripts::kAttached
                                          : scripts::kAttachedWithoutInput;
  start.key = key_;
  start.arguments = request_.argv;
  start.cwd = request_.cwd;
  start.tag = request_.tag;
  start.terminal = terminal_;
  start.stdin_open = input_ == Input::kPipe;
  if (terminal_) {
    start.envs["TERM"] = "xterm-256color";
    start.envs["LANG"] = "C.UTF-8";
    start.envs["LC_ALL"] = "C.UTF-8";
  }
  for (const auto& [name, value] : request_.env) start.envs[name] = value;
  RpcCall call("process.Process/Start", start.json(), std::string(kDoing));
  call.user = envd().user_for(user_);
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    begun_ = envd().host().monotonic_now();
    running_since_ = begun_.count();
    try {
      auto stream = co_await envd().stream(call);
      co_return stream;
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(error);
    }
    if (!should_retry(envd().options(), *failure, Repeat::kUnsafe, attempt)) {
      throw Error(*failure);
    }
    co_await back_off(envd().host(), *failure, attempt);
  }
}

Task<void> LiveProcess::identify() {
  RpcCall call("process.Process/List", "{}", "looking for a process");
  const std::string text = co_await envd().call(std::move(call));
  const auto json = parse_reply(text, "looking for a process");
  const auto* processes = member(json, "processes");
  if (processes == nullptr || !processes->is_array()) co_return;
  for (const auto& process : *processes) {
    if (number_of(process, "pid") != input_pid_.load()) continue;
    const auto* config = member(process, "config");
    const auto* args = config == nullptr ? nullptr : member(*config, "args");
    if (args == nullptr || args->size() < 3 || !(*args)[1].is_string() || !(*args)[2].is_string()) {
      co_return;
    }
    const auto script = (*args)[1].get<std::string>();
    if (!scripts::runs_user_command(script)) co_return;
    key_ = (*args)[2].get<std::string>();
    scanner_ = NoteScanner(key_);
    if (script != scripts::kTerminal) root_ = Root::kBelow;
    co_return;
  }
}

Task<ConnectStream> LiveProcess::connect() {
  if (found_ && key_.empty()) co_await identify();
  RpcCall call("process.Process/Connect",
               R"({"process":{"pid":)" + std::to_string(input_pid_.load()) + "}}",
               "connecting to process " + std::to_string(input_pid_.load()));
  auto stream = co_await envd().stream(std::move(call));
  co_return stream;
}

Task<void> LiveProcess::take_pid(ConnectStream& stream) {
  std::optional<Error> failure;
  try {
    for (;;) {
      const auto text = co_await stream.next();
      if (!text) break;
      const auto message = parse_reply(*text, kDoing);
      const auto* event = member(message, "event");
      const auto* start = event == nullptr ? nullptr : member(*event, "start");
      if (start == nullptr) continue;
      const auto pid = number_of(*start, "pid");
      input_pid_ = pid;
      root_pid_ = pid;
      shown_pid_ = pid;
      started_.open();
      co_return;
    }
    failure.emplace(SP_INTERRUPTED, "E2B: the stream ended before the process was started; while " +
                                        std::string(kDoing));
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    failure.emplace(error);
  }
  // A working directory that is not there is the one thing that envd looks at first.
  if (failure->code() == SP_INVALID_ARGUMENT) {
    failure.emplace(as_file_error(*failure, request_.cwd));
  }
  const Error said = co_await envd().explain(*failure);
  throw Error(said);
}

Task<void> LiveProcess::read_all(sandport::ProcessOutput& output, ConnectStream stream) {
  std::optional<ConnectStream> current(std::move(stream));
  while (current) {
    std::optional<Error> failure;
    set_stream(&*current);
    try {
      co_await read_stream(output, *current);
    } catch (const Error& error) {
      failure.emplace(error);
    }
    set_stream(nullptr);
    if (!failure || exit_ || abandoned_) break;
    if (failure->code() == SP_CANCELLED) throw sandport::Cancelled{};
    if (!is_stream_lost(*failure)) throw Error(*failure);
    current.reset();
    envd().host().log().info(failure->what());
    co_await output.gap("the connection to the sandbox was lost; output may be missing here");
    current = co_await reconnect();
  }
  co_await flush(output);
  news_.push(News::kStreamEnded);
}

Task<std::optional<ConnectStream>> LiveProcess::reconnect() {
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    try {
      auto stream = co_await connect();
      co_return std::optional<ConnectStream>(std::move(stream));
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(error);
    }
    // envd remembers the dead for a while only.
    if (failure->code() == SP_NOT_FOUND && failure->reason() == "not_found") co_return std::nullopt;
    if (!should_retry(envd().options(), *failure, Repeat::kSafe, attempt)) throw Error(*failure);
    co_await back_off(envd().host(), *failure, attempt);
  }
}

Task<void> LiveProcess::read_stream(sandport::ProcessOutput& output, ConnectStream& stream) {
  for (;;) {
    const auto text = co_await stream.next();
    if (!text) co_return;
    co_await take_event(output, *text);
  }
}

Task<void> LiveProcess::take_event(sandport::ProcessOutput& output, const std::string& text) {
  const auto message = parse_reply(text, kDoing);
  const auto* event = member(message, "event");
  if (event == nullptr) co_return;
  if (const auto* data = member(*event, "data")) {
    if (const auto out = text_of(*data, "stdout"); !out.empty()) {
      const std::string bytes = base64_decode(out);
      co_await announce(output);
      co_await output.out(bytes);
    }
    const bool terminal = member(*data, "pty") != nullptr;
    const auto other = text_of(*data, terminal ? "pty" : "stderr");
    if (other.empty()) co_return;
    std::vector<std::string> notes;
    const std::string bytes = scanner_.feed(base64_decode(other), &notes);
    if (!bytes.empty()) {
      co_await announce(output);
      auto sent = terminal ? output.terminal(bytes) : output.err(bytes);
      co_await sent;
    }
    co_await take_notes(output, std::move(notes));
  } else if (const auto* end = member(*event, "end")) {
    // The shell's note is more exact than how the shell itself ended.
    if (!exit_) exit_ = from_end_event(*end);
    if (exit_->reason == ExitReason::kExited && !terminal_) {
      exit_ = from_shell_code(exit_->exit_code);
    }
    co_await announce(output);
  }
}

Task<void> LiveProcess::take_notes(sandport::ProcessOutput& output,
                                   std::vector<std::string> notes) {
  for (const std::string& note : notes) {
    if (note == "missing") {
      missing_ = true;
      throw Error(SP_NOT_FOUND,
                  "E2B: there is no program '" + sandport::printable(program_) +
                      "' in the sandbox, or it is not executable",
                  "ENOENT");
    }
    if (note == "run") co_await announce(output);
    if (note.starts_with("exit=")) {
      exit_ = from_shell_code(std::atoi(note.c_str() + 5));
      news_.push(News::kCommandEnded);
    }
  }
}

// Not at the start of our shell: only it knows whether there is such a program.
Task<void> LiveProcess::announce(sandport::ProcessOutput& output) {
  if (std::exchange(announced_, true)) co_return;
  running_since_ = envd().host().monotonic_now().count();
  co_await output.started(shown_pid_.load());
}

Task<void> LiveProcess::flush(sandport::ProcessOutput& output) {
  const std::string rest = scanner_.finish();
  if (rest.empty()) co_return;
  auto sent = terminal_ ? output.terminal(rest) : output.err(rest);
  co_await sent;
}

std::chrono::nanoseconds LiveProcess::time_left() const {
  const std::chrono::nanoseconds since{running_since_.load()};
  const auto left = since + request_.timeout - envd().host().monotonic_now();
  return std::max<std::chrono::nanoseconds>(left, std::chrono::nanoseconds(0));
}

std::chrono::nanoseconds LiveProcess::next_look() const {
  if (command_ended_) return envd().options().output_grace;
  if (timed_out_) return kDeath;
  std::chrono::nanoseconds wait = shared_.life.interval();
  if (request_.timeout.count() > 0) {
    wait = std::min(wait, time_left());
  }
  return wait;
}

Task<void> LiveProcess::watch_over() {
  for (;;) {
    std::optional<News> news;
    bool look = false;
    try {
      auto next = news_.next();
      news = co_await sandport::with_timeout(envd().host(), next_look(), std::move(next));
    } catch (const Error& error) {
      if (error.code() != SP_DEADLINE_EXCEEDED) throw;
      look = true;
    }
    if (!look) {
      if (news != News::kCommandEnded) co_return;
      command_ended_ = true;
    } else if (command_ended_ || timed_out_) {
      abandon_stream();
      co_return;
    } else if (request_.timeout.count() > 0 && time_left().count() == 0) {
      timed_out_ = true;
      co_await kill_tree();
    } else {
      co_await shared_.life.extend();
    }
  }
}

void LiveProcess::set_stream(ConnectStream* stream) {
  const std::lock_guard lock(mutex_);
  stream_ = stream;
  if (stream_ != nullptr && abandoned_) stream_->cancel();
}

void LiveProcess::abandon_stream() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  if (stream_ != nullptr) stream_->cancel();
}

}  // namespace sandport_e2b
