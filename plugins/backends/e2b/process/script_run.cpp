#include "process/script_run.hpp"

#include <nlohmann/json.hpp>
#include <sandport/utf8.hpp>

#include "encoding.hpp"
#include "json_access.hpp"
#include "process/exit_status.hpp"
#include "retry.hpp"

namespace sandport_e2b {
namespace {

using sandport::Error;
using sandport::Task;

// Our programs are terse; whoever says more is not one of them.
constexpr std::size_t kMostOutput = 256u * 1024u * 1024u;

Task<ScriptResult> run_once(const Envd& envd, const ScriptCall& call, bool* started) {
  RpcCall rpc("process.Process/Start", call.start.json(), call.doing);
  rpc.user = envd.user_for(call.user);
  auto stream = co_await envd.stream(std::move(rpc));
  ScriptResult result;
  bool ended = false;
  for (;;) {
    const auto text = co_await stream.next();
    if (!text) break;
    *started = true;
    const auto message = parse_reply(*text, call.doing);
    const auto* event = member(message, "event");
    if (event == nullptr) continue;
    if (const auto* data = member(*event, "data")) {
      result.out += base64_decode(text_of(*data, "stdout"));
      result.err += base64_decode(text_of(*data, "stderr"));
      if (result.out.size() + result.err.size() > kMostOutput) {
        throw Error(SP_RESOURCE_EXHAUSTED, "E2B: too much output; while " + call.doing);
      }
    } else if (const auto* end = member(*event, "end")) {
      result.exit = from_end_event(*end);
      ended = true;
    }
  }
  if (!ended) {
    throw Error(SP_INTERRUPTED, "E2B: the sandbox did not say how it ended; while " + call.doing,
                std::string(reason::kStreamLost));
  }
  co_return result;
}

}  // namespace

Task<ScriptResult> run_script(const Envd& envd, ScriptCall call) {
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    bool started = false;
    try {
      auto result = co_await run_once(envd, call, &started);
      co_return result;
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(error);
    }
    const bool again = (!started || call.repeat == Repeat::kSafe) &&
                       should_retry(envd.options(), *failure, call.repeat, attempt);
    if (!again) throw Error(*failure);
    co_await back_off(envd.host(), *failure, attempt);
  }
}

Error script_error(const ScriptResult& result, const std::string& doing, const std::string& path) {
  std::string words = result.err.substr(0, result.err.find('\n'));
  if (words.empty()) words = "exit code " + std::to_string(result.exit.exit_code);
  const Error plain(SP_UNKNOWN, "E2B: " + sandport::printable(words) + "; while " + doing);
  return as_file_error(plain, path);
}

}  // namespace sandport_e2b
