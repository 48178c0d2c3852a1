#include "bash_kill.hpp"

#include <csignal>
#include <nlohmann/json.hpp>

#include "bash_logs.hpp"
#include "command.hpp"
#include "follow.hpp"
#include "result.hpp"

namespace shell {
namespace {

using nlohmann::json;
using sandport::Call;
using sandport::Task;
using sandport::ToolResult;
using namespace std::chrono_literals;

constexpr auto kGrace = 2000ms;        // for SIGTERM
constexpr auto kUntilLost = 10'000ms;  // for SIGKILL and the news of it

struct Ending {
  bool ended = false;
  std::optional<sandport::ExitStatus> exit;
};

// Whether the process ended within limit.
Task<bool> ends_within(sandport::Host host, std::chrono::milliseconds limit, Watched& watched) {
  const auto deadline = host.monotonic_now() + limit;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - host.monotonic_now());
    if (left.count() <= 0) co_return false;
    const NextEvent next = co_await next_within(host, left, watched);
    if (next.waited == Waited::kEnd) co_return true;
    if (next.waited == Waited::kNothing) co_return false;
  }
}

Task<void> end(sandport::Host host, Ending& ending, Watched& watched) {
  co_await watched.process.signal(SIGTERM);
  ending.ended = co_await ends_within(host, kGrace, watched);
  if (!ending.ended) {
    co_await watched.process.signal(SIGKILL);
    ending.ended = co_await ends_within(host, kUntilLost, watched);
  }
  if (ending.ended) ending.exit = watched.exit;
}

ToolResult to_result(const Background& shell, const Ending& ending) {
  if (!ending.ended) {
    return ToolResult::error(shell.id + " was sent SIGKILL, but its end was not seen.");
  }
  ToolResult result(shell.id + " has ended" +
                    (ending.exit ? ": " + describe_exit(*ending.exit, 0ms) : std::string()) + ".");
  json structured{{"shell_id", shell.id}, {"running", false}};
  if (ending.exit) structured["exit"] = exit_json(*ending.exit);
  result.set_structured(structured.dump());
  return result;
}

}  // namespace

Task<ToolResult> bash_kill(Call& call, const BackgroundList& background) {
  const json arguments = json::parse(call.args());
  const auto id = arguments.at("shell_id").get<std::string>();
  const auto shell = background.find(call, id);
  if (!shell) co_return unknown_shell(call, background, id);
  Ending ending;
  try {
    sandport::AttachRequest request;
    request.tag = shell->tag;
    auto process = co_await call.sandbox().attach(std::move(request));
    const auto host = call.host();
    const Watcher watcher = [host, &ending](Watched& watched) {
      return end(host, ending, watched);
    };
    co_await follow(std::move(process), watcher);
  } catch (const sandport::Error& error) {
    if (error.code() != SP_NOT_FOUND) throw;
    co_return ToolResult(id + " is not running any more.");
  }
  co_return to_result(*shell, ending);
}

}  // namespace shell
