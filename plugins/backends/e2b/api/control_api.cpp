#include "api/control_api.hpp"

#include <nlohmann/json.hpp>

#include "encoding.hpp"
#include "json_access.hpp"
#include "retry.hpp"

namespace sandport_e2b {
namespace {

using Json = nlohmann::json;
using sandport::Error;
using sandport::Task;

std::string sandbox_path(const std::string& id) { return "/sandboxes/" + percent_encode(id); }

// A missing route, and not a missing template or sandbox, which are named.
bool is_missing_route(const Error& error) {
  if (error.reason() == reason::kRoute) return true;
  if (error.code() != SP_NOT_FOUND) return false;
  const std::string text = error.what();
  const auto said = text.find("): ");
  if (said == std::string::npos) return true;
  const auto words = text.substr(0, text.find("; while"));
  return words.find("page not found") != std::string::npos ||
         words.find("no matching operation") != std::string::npos ||
         words.find("Cannot POST") != std::string::npos ||
         words.find("route") != std::string::npos || words.find("HTML") != std::string::npos;
}

}  // namespace

ControlApi::ControlApi(sandport::Host host, const Options& options)
    : host_(host), options_(options), secrets_{options.api_key} {
  static_cast<void>(host_.http());  // says at once when this host has none
}

Task<sandport::HttpReply> ControlApi::once(const ApiRequest& request) const {
  if (options_.api_key.empty()) {
    throw Error(SP_UNAUTHENTICATED, "E2B: there is no API key; set E2B_API_KEY", "NO_API_KEY");
  }
  sandport::HttpRequest http;
  http.method = request.method;
  http.url = options_.api_url + request.path;
  http.headers = {{"Accept", "application/json"},
                  {"X-API-Key", options_.api_key},
                  {"User-Agent", "sandport/" + std::string(host_.version())}};
  if (!request.body.empty()) {
    http.headers.emplace_back("Content-Type", "application/json");
    http.body = request.body;
  }
  http.connect_timeout = options_.connect_timeout;
  http.total_timeout = options_.request_timeout;
  const auto service = host_.http();
  std::optional<Error> broken;
  try {
    auto reply = co_await service.fetch(std::move(http));
    if (!reply.ok()) {
      throw refusal_of(reply, std::move(reply.body), Plane::kControl, request.doing, secrets_);
    }
    co_return reply;
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    if (std::string_view(error.what()).starts_with("E2B: ")) throw;
    broken.emplace(broken_exchange(error, request.doing));
  }
  throw Error(*broken);
}

Task<sandport::HttpReply> ControlApi::send(ApiRequest request) const {
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    try {
      auto reply = co_await once(request);
      co_return reply;
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(error);
    }
    if (request.once || !should_retry(options_, *failure, request.repeat, attempt)) {
      throw Error(*failure);
    }
    co_await back_off(host_, *failure, attempt);
  }
}

Task<std::string> ControlApi::send_either(ApiRequest older, ApiRequest newer) const {
  const bool newer_first = newer_routes_.load();
  std::optional<Error> failure;
  try {
    ApiRequest first = newer_first ? newer : older;
    auto reply = co_await send(std::move(first));
    co_return std::move(reply.body);
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    if (!is_missing_route(error)) throw;
    failure.emplace(error);
  }
  ApiRequest second = newer_first ? std::move(older) : std::move(newer);
  auto reply = co_await send(std::move(second));
  newer_routes_.store(!newer_first);
  co_return std::move(reply.body);
}

Task<std::string> ControlApi::create(std::string body) const {
  const std::string doing = "creating a sandbox from template '" + options_.template_id + "'";
  ApiRequest older("POST", "/sandboxes", doing);
  older.once = true;
  older.body = body;
  ApiRequest newer("POST", "/v2/sandboxes", doing);
  newer.once = true;
  Json json = parse_request(body, "the request");
  json.erase("secure");  // always, there
  newer.body = dump(json);
  return send_either(std::move(older), std::move(newer));
}

Task<std::string> ControlApi::connect(std::string id, std::chrono::seconds life) const {
  const std::string doing = "connecting to sandbox " + id;
  ApiRequest older("POST", sandbox_path(id) + "/connect", doing);
  older.body = Json{{"timeout", life.count()}}.dump();
  ApiRequest newer("POST", "/v2" + older.path, doing);
  newer.body = older.body;
  return send_either(std::move(older), std::move(newer));
}

Task<std::string> ControlApi::get(std::string id) const {
  ApiRequest request("GET", sandbox_path(id), "looking at sandbox " + id);
  auto reply = co_await send(std::move(request));
  co_return std::move(reply.body);
}

Task<ApiPage> ControlApi::list(std::string query) const {
  ApiRequest request("GET", "/v2/sandboxes" + (query.empty() ? "" : "?" + query),
                     "listing sandboxes");
  auto reply = co_await send(std::move(request));
  ApiPage page;
  page.next = reply.header("X-Next-Token").value_or("");
  page.items = std::move(reply.body);
  co_return page;
}

Task<bool> ControlApi::kill(std::string id) const {
  ApiRequest request("DELETE", sandbox_path(id), "ending sandbox " + id);
  try {
    const auto reply = co_await send(std::move(request));
    co_return reply.ok();
  } catch (const Error& error) {
    if (error.code() != SP_NOT_FOUND) throw;
  }
  co_return false;
}

Task<bool> ControlApi::pause(std::string id) const {
  for (int attempt = 0;; ++attempt) {
    ApiRequest request("POST", sandbox_path(id) + "/pause", "pausing sandbox " + id);
    request.body = options_.keep_memory.value_or(true) ? "{}" : R"({"memory":false})";
    std::optional<Error> failure;
    try {
      const auto reply = co_await once(request);
      co_return reply.ok();
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(error);
    }
    // 409 says paused already, or still on the way to some state: look which. So does an answer
    // that was lost.
    if (failure->code() == SP_ABORTED || failure->code() == SP_INTERRUPTED) {
      const std::string details = co_await get(id);
      if (text_of(parse_reply(details, "looking at a sandbox"), "state") == "paused") {
        co_return false;
      }
    }
    if (!should_retry(options_, *failure, Repeat::kSafe, attempt)) throw Error(*failure);
    co_await back_off(host_, *failure, attempt);
  }
}

Task<void> ControlApi::set_timeout(std::string id, std::chrono::seconds life) const {
  ApiRequest request("POST", sandbox_path(id) + "/timeout", "extending the life of sandbox " + id);
  request.body = Json{{"timeout", life.count()}}.dump();
  co_await send(std::move(request));
}

Task<std::string> ControlApi::fork(std::string id, std::chrono::seconds life) const {
  ApiRequest request("POST", sandbox_path(id) + "/fork", "forking sandbox " + id);
  request.repeat = Repeat::kUnsafe;
  request.body = Json{{"timeout", life.count()}, {"count", 1}}.dump();
  auto reply = co_await send(std::move(request));
  co_return std::move(reply.body);
}

Task<std::string> ControlApi::snapshot(std::string id, std::string name) const {
  ApiRequest request("POST", sandbox_path(id) + "/snapshots", "taking a snapshot of " + id);
  request.repeat = Repeat::kUnsafe;
  Json body = Json::object();
  if (!name.empty()) body["name"] = name;
  request.body = dump_strict(body, "a snapshot's name");
  auto reply = co_await send(std::move(request));
  co_return std::move(reply.body);
}

Task<ApiPage> ControlApi::snapshots(std::string id, std::string page) const {
  std::string path = "/snapshots?limit=100&sandboxID=" + percent_encode(id);
  if (!page.empty()) path += "&nextToken=" + percent_encode(page);
  ApiRequest request("GET", std::move(path), "listing snapshots of " + id);
  auto reply = co_await send(std::move(request));
  ApiPage result;
  result.next = reply.header("X-Next-Token").value_or("");
  result.items = std::move(reply.body);
  co_return result;
}

Task<void> ControlApi::remove_snapshot(std::string snapshot_id) const {
  ApiRequest request("DELETE", "/templates/" + percent_encode(snapshot_id),
                     "removing snapshot " + snapshot_id);
  co_await send(std::move(request));
}

Task<std::string> ControlApi::metrics(std::string id, std::int64_t since,
                                      std::int64_t until) const {
  std::string path = sandbox_path(id) + "/metrics";
  char separator = '?';
  for (const auto& [name, value] : {std::pair{"start", since}, std::pair{"end", until}}) {
    if (value == 0) continue;
    path += std::string(1, separator) + name + '=' + std::to_string(value);
    separator = '&';
  }
  ApiRequest request("GET", std::move(path), "reading the metrics of sandbox " + id);
  auto reply = co_await send(std::move(request));
  co_return std::move(reply.body);
}

Task<std::string> ControlApi::logs(std::string id) const {
  ApiRequest request("GET", "/v2" + sandbox_path(id) + "/logs?limit=1000&direction=forward",
                     "reading the logs of sandbox " + id);
  auto reply = co_await send(std::move(request));
  co_return std::move(reply.body);
}

Task<void> ControlApi::set_network(std::string id, std::string body) const {
  ApiRequest request("PUT", sandbox_path(id) + "/network", "changing the network of sandbox " + id);
  request.body = std::move(body);
  co_await send(std::move(request));
}

}  // namespace sandport_e2b
