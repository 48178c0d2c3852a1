#include "bash_run.hpp"

#include <sandport/when_all.hpp>

#include <exception>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "head_tail.hpp"
#include "live_output.hpp"
#include "render.hpp"
#include "result.hpp"

namespace shell {
namespace {

using nlohmann::json;
using sandport::Call;
using sandport::ExecRequest;
using sandport::Task;
using sandport::ToolResult;

struct Seen {
  HeadTail output;
  bool gap = false;
};

Task<void> watch(sandport::RunningProcess& process, Seen& seen, LiveOutput& live) {
  std::exception_ptr failure;
  try {
    while (auto event = co_await process.next()) {
      if (event->channel == SP_CHANNEL_STDOUT || event->channel == SP_CHANNEL_STDERR) {
        seen.output.append(event->payload);
        live.add(event->payload);
      }
      if (event->channel == SP_CHANNEL_GAP) seen.gap = true;
    }
  } catch (...) {
    failure = std::current_exception();
  }
  live.end();
  if (failure) std::rethrow_exception(failure);
}

Task<ToolResult> run(Call& call, ExecRequest request, std::size_t max_output) {
  const auto timeout = request.timeout;
  const auto started = call.host().monotonic_now();
  request.on_cancel = sandport::OnCancel::kKill;
  auto process = co_await call.sandbox().exec(std::move(request));
  Seen seen{HeadTail(max_output / 2, max_output / 2)};
  LiveOutput live(call);
  co_await sandport::when_all(watch(process, seen, live), live.show());
  const HeadTail& output = seen.output;
  const auto exit = co_await process.wait();
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(call.host().monotonic_now() - started);
  std::string text = with_output(output, "(no output)");
  if (seen.gap) text += "[some output was lost on the way]\n";
  text += "[" + describe_exit(exit, timeout) + "]";
  ToolResult result(text);
  json structured = exit_json(exit);
  structured["duration_ms"] = took.count();
  structured["output_bytes"] = output.size();
  structured["omitted_bytes"] = output.omitted();
  result.set_structured(structured.dump());
  result.set_error(!exit.ok());
  co_return result;
}

Task<ToolResult> run_in_background(Call& call, ExecRequest request, BackgroundList& background,
                                   std::string command) {
  const Background shell = background.add(call, command);
  request.tag = shell.tag;
  request.lifetime = sandport::Lifetime::kDetached;
  auto process = co_await call.sandbox().exec(std::move(request));
  bool started = false;
  while (!started) {
    const auto event = co_await process.next();
    if (!event) break;
    started = event->channel == SP_CHANNEL_STARTED;
  }
  const auto pid = process.pid();
  if (started) {
    process.cancel();  // stops watching only
  } else {
    static_cast<void>(co_await process.wait());  // throws when it could not start
  }
  ToolResult result("Running in the background as " + shell.id + ". bash_logs shows its output, " +
                    "bash_kill stops it.");
  json structured{{"shell_id", shell.id}};
  if (pid != 0) structured["pid"] = pid;
  result.set_structured(structured.dump());
  co_return result;
}

}  // namespace

Task<ToolResult> bash_run(Call& call, const Options& options, BackgroundList& background) {
  const json arguments = json::parse(call.args());
  const auto command = arguments.at("cmd").get<std::string>();
  ExecRequest request = make_request(command, options);
  request.cwd = call.resolve(arguments.value("cwd", std::string()));
  if (const auto env = arguments.find("env"); env != arguments.end()) {
    for (const auto& [name, value] : env->items()) {
      request.env.emplace_back(name, value.get<std::string>());
    }
  }
  const std::chrono::milliseconds asked(arguments.value("timeout_ms", std::int64_t{0}));
  const bool in_background = arguments.value("background", false);
  request.timeout = in_background ? asked : effective_timeout(options, asked, call.timeout());
  try {
    if (in_background) {
      co_return co_await run_in_background(call, std::move(request), background, command);
    }
    co_return co_await run(call, std::move(request), options.max_output);
  } catch (const sandport::Error& error) {
    // A missing directory is the model's mistake; anything else is not its to mend.
    if (error.code() != SP_NOT_FOUND && error.code() != SP_INVALID_ARGUMENT &&
        error.code() != SP_PERMISSION_DENIED && error.reason() != "ENOTDIR") {
      throw;
    }
    co_return ToolResult::error(std::string("The command could not start: ") + error.what());
  }
}

}  // namespace shell
