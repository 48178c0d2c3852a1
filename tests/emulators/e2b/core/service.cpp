#include "tests/emulators/e2b/core/service.hpp"

#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/control/routes.hpp"
#include "tests/emulators/e2b/core/faulty_exchange.hpp"
#include "tests/emulators/e2b/edge/edge.hpp"
#include "tests/emulators/e2b/envd/routes.hpp"

namespace sandport::e2b_emulator {
namespace {

constexpr std::string_view kPrivatePrefix = "/_emulator/";
constexpr const char* kErrorPage =
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>"
    "<body><h1>502 Bad Gateway</h1></body></html>\n";

std::string header_lines(const std::map<std::string, std::string>& headers) {
  std::string lines;
  for (const auto& [name, value] : headers) {
    lines += (lines.empty() ? "" : "\r\n") + name + ": " + value;
  }
  return lines;
}

}  // namespace

Service::Service(World& world) : world_(world) {
  add_create_routes(control_);
  add_telemetry_routes(control_);  // before /sandboxes/{}
  add_read_routes(control_);
  add_lifecycle_routes(control_);
  add_template_routes(control_);
  add_template_file_routes(control_);
  add_snapshot_routes(control_);
  add_private_routes(private_);
  add_template_storage_routes(private_);
  add_process_routes(envd_);
  add_process_input_routes(envd_);
  add_filesystem_routes(envd_);
  add_watch_routes(envd_);
  add_download_routes(envd_);
  add_upload_routes(envd_);
  add_machine_routes(envd_);
}

std::optional<Rule> Service::take_note(const testing::ServerRequest& request,
                                       const RequestTarget& target) {
  SeenRequest seen;
  seen.method = request.method;
  seen.target = request.target;
  seen.headers = request.headers;
  seen.sandbox_id = request.header("E2b-Sandbox-Id");
  const std::lock_guard lock(world_.mutex);
  world_.requests.push_back(std::move(seen));
  return world_.rules.match(request.method, target.path);
}

Task<bool> Service::commit_early_fault(testing::Exchange& real, const Rule& rule, bool streams) {
  if (rule.fault == Fault::kStatus || rule.fault == Fault::kHtml) {
    static_cast<void>(co_await real.read_all());
    const bool page = rule.fault == Fault::kHtml;
    std::string headers = header_lines(rule.headers);
    if (!rule.headers.contains("Content-Type")) {
      headers += (headers.empty() ? "" : "\r\n") + std::string("Content-Type: ") +
                 (page ? "text/html" : "application/json");
    }
    std::string body = rule.body;
    if (body.empty()) body = page ? kErrorPage : failure_body(rule.status, "told to fail");
    co_await real.reply(rule.status, std::move(body), std::move(headers));
    co_return true;
  }
  if (rule.fault == Fault::kGarbage && !streams) {
    static_cast<void>(co_await real.read_all());
    co_await real.reply(200, "\x17\xfe this means nothing {", "Content-Type: application/json");
    co_return true;
  }
  if (rule.fault == Fault::kStall && rule.bytes == 0) co_await real.stall();
  if (rule.fault == Fault::kDelay) co_await wait_for(rule.delay);
  co_return false;
}

Task<void> Service::handle(testing::Exchange& real) {
  const testing::ServerRequest& request = real.request();
  RequestTarget target = parse_target(request.target);
  std::optional<Rule> rule;
  if (!target.path.starts_with(kPrivatePrefix)) rule = take_note(request, target);
  if (request.header("Expect") == "100-continue") {
    co_await real.write("HTTP/1.1 100 Continue\r\n\r\n");
  }
  if (rule) {
    const bool streams = request.header("Content-Type").starts_with("application/connect+");
    const bool done = co_await commit_early_fault(real, *rule, streams);
    if (done) co_return;
  }
  FaultyExchange exchange(real, rule);
  Call call{exchange, world_, std::move(target), {}, nullptr, rule};
  std::optional<HttpFailure> failure;
  try {
    co_await answer(call);
  } catch (const HttpFailure& thrown) {
    failure = thrown;
  } catch (const ConnectFailure& thrown) {
    failure.emplace(400, thrown.what());
  } catch (const Error& thrown) {
    if (thrown.code() == Code::kCancelled) throw;
    failure.emplace(500, thrown.what());
  } catch (const nlohmann::json::exception& thrown) {
    failure.emplace(400, std::string("validation error: ") + thrown.what());
  }
  if (!failure) co_return;
  if (exchange.answered()) {
    exchange.close();
    co_return;
  }
  std::string headers = "Content-Type: application/json";
  if (!failure->headers().empty()) headers += "\r\n" + failure->headers();
  co_await exchange.reply(failure->status(), failure_body(failure->status(), failure->what()),
                          std::move(headers));
}

Task<void> Service::answer(Call& call) {
  if (call.target.path.starts_with(kPrivatePrefix)) {
    const CallHandler& handler = private_.find(call);
    co_await handler(call);
    co_return;
  }
  if (is_for_sandbox(call)) {
    co_await serve_edge(call, envd_);
    co_return;
  }
  check_api_key(call);
  const CallHandler& handler = control_.find(call);
  co_await handler(call);
}

}  // namespace sandport::e2b_emulator
