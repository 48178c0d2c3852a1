#include "bash_logs.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "follow.hpp"
#include "head_tail.hpp"
#include "result.hpp"

namespace shell {
namespace {

using nlohmann::json;
using sandport::Call;
using sandport::Task;
using sandport::ToolResult;
using namespace std::chrono_literals;

// The sandbox replays what it kept and then follows, without a mark between the two: a pause means
// that the replay is over.
constexpr auto kFirstAnswer = 3000ms;
constexpr auto kSettled = 200ms;

std::string offset_key(const std::string& id) { return "shell.offset." + id; }

std::uint64_t last_offset(const Call& call, const std::string& id) {
  std::uint64_t offset = 0;
  if (const auto kept = call.state(offset_key(id))) {
    std::from_chars(kept->data(), kept->data() + kept->size(), offset);
  }
  return offset;
}

struct Log {
  HeadTail output;
  bool gap = false;
  std::optional<sandport::ExitStatus> exit;
};

Task<void> read_log(sandport::Host host, std::chrono::milliseconds wait, Log& log,
                    Watched& watched) {
  auto limit = std::max<std::chrono::milliseconds>(wait, kFirstAnswer);
  while (true) {
    const NextEvent next = co_await next_within(host, limit, watched);
    if (next.waited == Waited::kNothing) co_return;
    if (next.waited == Waited::kEnd) break;
    limit = kSettled;
    if (next.event.channel == SP_CHANNEL_STARTED) limit = std::max(wait, limit);
    if (next.event.channel == SP_CHANNEL_GAP) log.gap = true;
    if (next.event.channel == SP_CHANNEL_STDOUT || next.event.channel == SP_CHANNEL_STDERR) {
      log.output.append(next.event.payload);
    }
  }
  log.exit = watched.exit;
}

ToolResult to_result(const Background& shell, const Log& log, std::uint64_t offset) {
  const std::uint64_t end = offset + log.output.size();
  std::string text = with_output(log.output, "(no new output)");
  if (log.gap) text += "[the sandbox has not kept all of the output]\n";
  text += "[" + shell.id + " " +
          (log.exit ? "has ended: " + describe_exit(*log.exit, 0ms) : std::string("is running")) +
          "; next offset " + std::to_string(end) + "]";
  json structured{{"shell_id", shell.id}, {"running", !log.exit}, {"next_offset", end}};
  if (log.exit) structured["exit"] = exit_json(*log.exit);
  ToolResult result(text);
  result.set_structured(structured.dump());
  return result;
}

}  // namespace

ToolResult unknown_shell(const Call& call, const BackgroundList& background,
                         const std::string& id) {
  return ToolResult::error("There is no background command \"" + id +
                           "\". Those of this session: " + background.names(call) + ".");
}

Task<ToolResult> bash_logs(Call& call, const Options& options, const BackgroundList& background) {
  const json arguments = json::parse(call.args());
  const auto id = arguments.at("shell_id").get<std::string>();
  const auto shell = background.find(call, id);
  if (!shell) co_return unknown_shell(call, background, id);
  const std::chrono::milliseconds wait(arguments.value("wait_ms", std::int64_t{0}));
  const std::uint64_t offset = arguments.contains("offset")
                                   ? arguments["offset"].get<std::uint64_t>()
                                   : last_offset(call, id);
  Log log{HeadTail(options.max_output / 2, options.max_output / 2), false, std::nullopt};
  try {
    sandport::AttachRequest request;
    request.tag = shell->tag;
    request.stdout_offset = offset;
    auto process = co_await call.sandbox().attach(std::move(request));
    const auto host = call.host();
    const Watcher watcher = [host, wait, &log](Watched& watched) {
      return read_log(host, wait, log, watched);
    };
    co_await follow(std::move(process), watcher);
  } catch (const sandport::Error& error) {
    if (error.code() != SP_NOT_FOUND) throw;
    co_return ToolResult::error("The sandbox no longer knows " + id + ": " + error.what());
  }
  call.set_state(offset_key(id), std::to_string(offset + log.output.size()));
  co_return to_result(*shell, log, offset);
}

}  // namespace shell
