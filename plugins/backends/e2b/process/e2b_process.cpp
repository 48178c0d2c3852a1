#include "process/e2b_process.hpp"

#include <csignal>
#include <nlohmann/json.hpp>
#include <sandport/when_all.hpp>

#include "encoding.hpp"
#include "json_access.hpp"
#include "process/script_run.hpp"
#include "process/scripts.hpp"

namespace sandport_e2b {
namespace {

using sandport::Error;
using sandport::Task;

constexpr std::size_t kInputPiece = 64u * 1024u;

Error broken_pipe() {
  return {SP_FAILED_PRECONDITION, "E2B: nobody reads the process's input any more", "EPIPE"};
}

bool says_closed(const Error& error) {
  const std::string_view words = error.what();
  for (const std::string_view sign : {"broken pipe", "closed", "already finished", "not found"}) {
    if (words.find(sign) != std::string_view::npos) return true;
  }
  return error.code() == SP_NOT_FOUND;
}

std::string selector(std::int64_t pid) {
  return R"({"process":{"pid":)" + std::to_string(pid) + '}';
}

}  // namespace

Task<void> E2bProcess::write_stdin(std::string_view bytes) {
  if (input_ == Input::kNone) {
    throw Error(SP_FAILED_PRECONDITION, "E2B: this process was started without an input");
  }
  co_await started_.pass();
  while (!bytes.empty()) {
    co_await send_input(bytes.substr(0, kInputPiece));
    bytes.remove_prefix(std::min(bytes.size(), kInputPiece));
  }
}

Task<void> E2bProcess::send_input(std::string_view bytes) {
  if (ended_.load() || input_closed_.load()) throw broken_pipe();
  const char* kind = input_ == Input::kTerminal ? "pty" : "stdin";
  // Put together by hand: base64 needs no escapes, and it may be much.
  std::string body = selector(input_pid_.load()) + R"(,"input":{")" + kind + R"(":")" +
                     base64_encode(bytes) + R"("}})";
  RpcCall call("process.Process/SendInput", std::move(body), "writing to a process");
  call.repeat = Repeat::kUnsafe;  // twice would be twice the bytes
  call.bounded = false;           // a reader may take its time
  std::optional<Error> failure;
  try {
    co_await envd().call(std::move(call));
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    failure.emplace(error);
  }
  if (!failure) co_return;
  if (failure->reason() != reason::kGone && says_closed(*failure)) throw broken_pipe();
  throw Error(*failure);
}

Task<void> E2bProcess::close_stdin() {
  if (input_ == Input::kNone) co_return;
  co_await started_.pass();
  if (input_closed_.exchange(true) || ended_.load()) co_return;
  if (input_ == Input::kTerminal) {
    input_closed_.store(false);  // a terminal's end of file does not close it
    co_await send_input("\x04");
    co_return;
  }
  require(envd().version(), since::kCloseStdin, "ending a process's input");
  RpcCall call("process.Process/CloseStdin", selector(input_pid_.load()) + '}',
               "ending a process's input");
  try {
    co_await envd().call(std::move(call));
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    if (error.reason() == reason::kGone || !says_closed(error)) throw;
  }
}

Task<void> E2bProcess::signal(int number) {
  if (number < 0 || number > SIGRTMAX) {
    throw Error(SP_INVALID_ARGUMENT, "E2B: there is no signal " + std::to_string(number), "EINVAL");
  }
  co_await started_.pass();
  if (ended_.load()) co_return;
  co_await send_signal(number);
}

Task<void> E2bProcess::send_signal(int number) const {
  if (key_.empty() && root_pid_.load() <= 1) co_return;  // nothing of it is known
  ScriptCall call(scripts::kSignal, "signalling a process");
  call.repeat = number == SIGKILL ? Repeat::kSafe : Repeat::kUnsafe;
  call.start.arguments = words(key_, std::to_string(number), std::to_string(root_pid_.load()),
                               root_ == Root::kSelf ? "self" : "below");
  // The tree may have processes of other users in it.
  call.user = "root";
  std::optional<Error> failure;
  try {
    co_await run_script(envd(), call);
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    if (error.code() != SP_UNAUTHENTICATED && error.code() != SP_PERMISSION_DENIED) throw;
    failure.emplace(error);
  }
  if (!failure) co_return;
  call.user = user_;
  co_await run_script(envd(), std::move(call));
}

Task<void> E2bProcess::kill_tree() const {
  std::optional<Error> failure;
  try {
    auto work = send_signal(SIGKILL);
    co_await sandport::shield(std::move(work));
  } catch (const Error& error) {
    failure.emplace(error);
  }
  if (failure) envd().host().log().warn(failure->what());
}

Task<void> E2bProcess::resize(sandport::TerminalSize size) {
  if (input_ != Input::kTerminal) {
    throw Error(SP_FAILED_PRECONDITION, "E2B: this process has no terminal", "ENOTTY");
  }
  co_await started_.pass();
  if (ended_.load()) co_return;
  const std::string body = selector(input_pid_.load()) + R"(,"pty":{"size":{"cols":)" +
                           std::to_string(size.columns) + R"(,"rows":)" +
                           std::to_string(size.rows) + "}}}";
  RpcCall call("process.Process/Update", body, "resizing a terminal");
  co_await envd().call(std::move(call));
}

}  // namespace sandport_e2b
