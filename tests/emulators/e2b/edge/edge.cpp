#include "tests/emulators/e2b/edge/edge.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/json_text.hpp"
#include "tests/emulators/e2b/edge/port_proxy.hpp"
#include "tests/emulators/e2b/envd/signature.hpp"

namespace sandport::e2b_emulator {
namespace {

constexpr std::uint16_t kEnvdPort = 49983;
constexpr std::chrono::minutes kAutoResumeLife{5};

struct Destination {
  std::string id;
  std::uint16_t port = kEnvdPort;
};

std::optional<std::uint16_t> port_number(std::string_view text) {
  std::uint16_t port = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), port).ptr;
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// `<port>-<id>.…` as the host's first label.
std::optional<Destination> destination_of_host(std::string_view host) {
  const std::string_view label = host.substr(0, host.find('.'));
  const std::size_t dash = label.find('-');
  if (dash == std::string_view::npos || label.size() == host.size()) return std::nullopt;
  const auto port = port_number(label.substr(0, dash));
  if (!port) return std::nullopt;
  return Destination{std::string(label.substr(dash + 1)), *port};
}

bool is_envd_path(std::string_view path) {
  return path.starts_with("/process.Process/") || path.starts_with("/filesystem.Filesystem/") ||
         path == "/files" || path == "/files/compose" || path == "/health" || path == "/metrics" ||
         path == "/envs";
}

// A signed URL is fetched without any header: the signature shows whose token made it.
std::optional<Destination> destination_of_signature(const Call& call) {
  const FileAccess access =
      call.exchange.request().method == "POST" ? FileAccess::kWrite : FileAccess::kRead;
  for (const auto& [id, sandbox] : call.world.sandboxes) {
    if (!sandbox->access_token.empty() && signed_with(call.target, access, sandbox->access_token)) {
      return Destination{id, kEnvdPort};
    }
  }
  return std::nullopt;
}

Destination find_destination(const Call& call) {
  const std::string id = call.header("E2b-Sandbox-Id");
  const std::string port = call.header("E2b-Sandbox-Port");
  if (id.empty() != port.empty()) throw HttpFailure(400, "missing header");
  if (!id.empty()) {
    const auto number = port_number(port);
    if (!number) throw HttpFailure(400, "invalid port");
    return {id, *number};
  }
  if (auto found = destination_of_host(call.header("Host"))) return *found;
  if (auto found = destination_of_signature(call)) return *found;
  if (call.target.parameter("signature")) throw HttpFailure(401, "invalid signature");
  throw HttpFailure(400, "missing header");
}

bool wants_page(const Call& call) {
  const std::string accept = call.header("Accept");
  if (accept.find("application/json") != std::string::npos &&
      accept.find("text/html") == std::string::npos) {
    return false;
  }
  std::string agent = call.header("User-Agent");
  std::transform(agent.begin(), agent.end(), agent.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* browser : {"mozilla", "chrome", "safari", "firefox", "edge", "opera", "msie"}) {
    if (agent.find(browser) != std::string::npos) return true;
  }
  return false;
}

Task<void> reply_problem(Call& call, int status, const nlohmann::json& body) {
  const std::string message = body["message"].get<std::string>();
  if (wants_page(call)) {
    co_await call.exchange.reply(
        status,
        "<!DOCTYPE html>\n<html><head><title>E2B</title></head><body><h1>" + message +
            "</h1></body></html>\n",
        "Content-Type: text/html; charset=utf-8");
  } else {
    co_await call.exchange.reply(status, json_text(body),
                                 "Content-Type: application/json; charset=utf-8");
  }
}

nlohmann::json problem_json(const Destination& destination, int status, const char* message) {
  nlohmann::json problem;
  problem["sandboxId"] = destination.id;
  problem["message"] = message;
  problem["code"] = status;
  return problem;
}

// Wakes a paused one that asked for it. Null when nothing runs.
Task<std::shared_ptr<EmulatedSandbox>> find_awake(World& world, std::string id) {
  auto sandbox = world.find(id);
  if (!sandbox) co_return nullptr;
  if (sandbox->state == VmState::kPaused && sandbox->auto_resume && sandbox->memory_kept) {
    co_await world.resume(sandbox);
    world.set_deadline(sandbox, std::chrono::system_clock::now() + kAutoResumeLife);
  }
  if (sandbox->state != VmState::kRunning) co_return nullptr;
  co_return sandbox;
}

void check_envd_token(const Call& call) {
  const std::string& path = call.target.path;
  if (call.sandbox->access_token.empty() || path == "/health" || path == "/files") return;
  if (call.header("X-Access-Token") == call.sandbox->access_token) return;
  throw HttpFailure(401,
                    "unauthorized access, please provide a valid access token or method "
                    "signing if supported");
}

bool is_stream(const Call& call) {
  return call.header("Content-Type").starts_with("application/connect+");
}

// The faults that befall the sandbox before it sees the request; a stream commits them itself.
Task<void> befall(Call& call) {
  if (!call.rule || is_stream(call)) co_return;
  const Fault fault = call.rule->fault;
  if (fault == Fault::kPauseSandbox) co_await call.world.pause(call.sandbox, true);
  if (fault == Fault::kExpireSandbox) co_await call.world.expire(call.sandbox);
}

}  // namespace

bool is_for_sandbox(const Call& call) {
  return !call.header("E2b-Sandbox-Id").empty() || !call.header("E2b-Sandbox-Port").empty() ||
         destination_of_host(call.header("Host")).has_value() || is_envd_path(call.target.path);
}

Task<void> serve_edge(Call& call, const Routes& envd) {
  const Destination destination = find_destination(call);
  call.sandbox = co_await find_awake(call.world, destination.id);
  if (call.sandbox) {
    co_await befall(call);
    if (call.sandbox->state != VmState::kRunning) call.sandbox = nullptr;
  }
  if (!call.sandbox) {
    const auto problem = problem_json(destination, 502, "The sandbox was not found");
    co_await reply_problem(call, 502, problem);
    co_return;
  }
  if (destination.port == kEnvdPort) {
    check_envd_token(call);
    const CallHandler& handler = envd.find(call);
    co_await handler(call);
    co_return;
  }
  const std::string& token = call.sandbox->traffic_token;
  if (!token.empty() && call.header("e2b-traffic-access-token") != token) {
    const auto problem = problem_json(destination, 403, "Sandbox traffic access token is invalid");
    co_await reply_problem(call, 403, problem);
    co_return;
  }
  const bool open = co_await proxy_to_port(call, destination.port);
  if (open) co_return;
  auto problem = problem_json(destination, 502, "The sandbox is running but port is not open");
  problem["port"] = destination.port;
  co_await reply_problem(call, 502, problem);
}

}  // namespace sandport::e2b_emulator
