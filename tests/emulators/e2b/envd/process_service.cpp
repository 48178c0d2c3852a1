#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/envd/guest_user.hpp"
#include "tests/emulators/e2b/envd/process_event.hpp"
#include "tests/emulators/e2b/envd/process_lookup.hpp"
#include "tests/emulators/e2b/envd/process_start.hpp"
#include "tests/emulators/e2b/envd/routes.hpp"
#include "tests/emulators/e2b/envd/rpc.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

const char* const kDeadline = "context deadline exceeded";

Task<void> start_process(Call& call, const json& request, EventStream& stream) {
  const GuestUser user = rpc_user(call);
  const auto sandbox = call.sandbox;
  const auto inbox = sandbox->open_stream();
  const auto process = co_await start_guest_process(call.world, sandbox, request, user);
  process->subscribe(inbox);
  process->start_pump();
  const bool ended = co_await stream.serve(inbox, keepalive_event());
  if (ended) co_return;
  // The deadline of the call is one of the process too: of its leader, that is.
  process->signal_leader(SIGKILL);
  throw ConnectFailure(Code::kDeadlineExceeded, kDeadline);
}

Task<void> connect_process(Call& call, const json& request, EventStream& stream) {
  const auto process = find_selected(*call.sandbox, request, Ended::kToo);
  const auto inbox = call.sandbox->open_stream();
  process->subscribe(inbox);
  const bool ended = co_await stream.serve(inbox, keepalive_event());
  if (ended) co_return;
  throw ConnectFailure(Code::kDeadlineExceeded, kDeadline);
}

Task<json> list_processes(Call& call, const json&) {
  json all = json::array();
  for (const auto& [pid, process] : call.sandbox->processes) {
    if (process->ended()) continue;
    json told;
    told["config"] = json::parse(process->settings().config);
    told["pid"] = pid;
    if (process->settings().tag) told["tag"] = *process->settings().tag;
    all.push_back(std::move(told));
  }
  json answer = json::object();
  if (!all.empty()) answer["processes"] = std::move(all);
  co_return answer;
}

Task<json> send_signal(Call& call, const json& request) {
  const auto process = find_selected(*call.sandbox, request, Ended::kNot);
  const json signal = request.value("signal", json());
  if (signal == "SIGNAL_SIGKILL" || signal == SIGKILL) {
    process->signal_leader(SIGKILL);
  } else if (signal == "SIGNAL_SIGTERM" || signal == SIGTERM) {
    process->signal_leader(SIGTERM);
  } else {
    throw ConnectFailure(Code::kUnimplemented, "invalid signal: " + signal.dump());
  }
  co_return json::object();
}

Task<json> update_process(Call& call, const json& request) {
  const auto process = find_selected(*call.sandbox, request, Ended::kNot);
  const json pty = object_member(request, "pty");
  if (!pty.contains("size")) co_return json::object();
  if (process->settings().input != ProcessInput::kTerminal) {
    throw ConnectFailure(Code::kInternal, "error resizing tty: tty not assigned to process");
  }
  const json size = object_member(pty, "size");
  PtySize wanted;
  wanted.rows = static_cast<std::uint16_t>(number_member(size, "rows"));
  wanted.columns = static_cast<std::uint16_t>(number_member(size, "cols"));
  co_await process->process().resize(wanted);
  co_return json::object();
}

}  // namespace

void add_process_routes(Routes& routes) {
  add_server_stream(routes, "/process.Process/Start", start_process);
  add_server_stream(routes, "/process.Process/Connect", connect_process);
  add_unary(routes, "/process.Process/List", list_processes);
  add_unary(routes, "/process.Process/SendSignal", send_signal);
  add_unary(routes, "/process.Process/Update", update_process);
}

}  // namespace sandport::e2b_emulator
