#include "connect/envd.hpp"

#include <nlohmann/json.hpp>
#include <sandport/utf8.hpp>

#include "encoding.hpp"
#include "json_access.hpp"
#include "retry.hpp"

namespace sandport_e2b {
namespace {

using sandport::Error;
using sandport::Task;

constexpr std::string_view kStreamType = "application/connect+json";

Error gone(const std::string& id) {
  return {SP_NOT_FOUND,
          "E2B: sandbox " + id +
              " is gone: it was ended, or its life was over; "
              "a longer sandbox.with.timeout keeps it",
          std::string(reason::kGone)};
}

Error paused(const std::string& id) {
  return {SP_FAILED_PRECONDITION,
          "E2B: sandbox " + id + " is paused; connect to it again to wake it",
          std::string(reason::kPaused)};
}

}  // namespace

Envd::Envd(sandport::Host host, const Options& options, const ControlApi& api, Address address,
           Access access)
    : host_(host),
      options_(options),
      api_(api),
      address_(std::move(address)),
      base_(envd_url(address_)),
      access_(std::move(access)) {}

Version Envd::version() const {
  const std::lock_guard lock(mutex_);
  return access_.version;
}

Access Envd::access() const {
  const std::lock_guard lock(mutex_);
  return access_;
}

void Envd::set_access(Access access) {
  const std::lock_guard lock(mutex_);
  access_ = std::move(access);
}

Secrets Envd::secrets() const {
  const Access now = access();
  return {options_.api_key, now.envd_token, now.traffic_token};
}

std::string Envd::user_for(const std::string& wanted) const {
  if (!wanted.empty()) return wanted;
  if (!options_.user.empty()) return options_.user;
  return version() < since::kDefaultUser ? "user" : "";
}

void Envd::add_headers(sandport::HttpRequest* request) const {
  request->headers.emplace_back("User-Agent", "sandport/" + std::string(host_.version()));
  request->headers.emplace_back("E2b-Sandbox-Id", address_.id);
  request->headers.emplace_back("E2b-Sandbox-Port", std::to_string(kEnvdPort));
  if (auto token = access().envd_token; !token.empty()) {
    request->headers.emplace_back("X-Access-Token", std::move(token));
  }
  request->connect_timeout = options_.connect_timeout;
}

sandport::HttpRequest Envd::rpc_request(const RpcCall& call) const {
  sandport::HttpRequest request;
  request.method = "POST";
  request.url = base_ + '/' + call.method;
  request.headers = {{"Accept", "application/json, application/connect+json"},
                     {"Connect-Protocol-Version", "1"}};
  if (!call.user.empty()) {
    request.headers.emplace_back("Authorization", "Basic " + base64_encode(call.user + ":"));
  }
  add_headers(&request);
  return request;
}

Task<std::string> Envd::once(const RpcCall& call) const {
  sandport::HttpRequest request = rpc_request(call);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = call.body;
  if (call.bounded) request.total_timeout = options_.request_timeout;
  const auto http = host_.http();
  std::optional<Error> broken;
  try {
    auto reply = co_await http.fetch(std::move(request));
    if (reply.ok()) co_return std::move(reply.body);
    broken.emplace(refusal_of(reply, std::move(reply.body), Plane::kRpc, call.doing, secrets()));
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    broken.emplace(broken_exchange(error, call.doing));
  }
  throw Error(*broken);
}

Task<std::string> Envd::call(RpcCall call) const {
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    try {
      auto reply = co_await once(call);
      co_return reply;
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(error);
    }
    if (!should_retry(options_, *failure, call.repeat, attempt)) {
      const Error said = co_await explain(*failure);
      throw Error(said);
    }
    co_await back_off(host_, *failure, attempt);
  }
}

Task<ConnectStream> Envd::stream(RpcCall call) const {
  sandport::HttpRequest request = rpc_request(call);
  request.headers.emplace_back("Content-Type", kStreamType);
  // No Connect-Timeout-Ms: it would kill the process, and not only end the call.
  request.headers.emplace_back("Keepalive-Ping-Interval",
                               std::to_string(options_.keepalive.count()));
  request.idle_timeout = options_.keepalive * 3;
  request.body = make_frame(call.body);
  const auto http = host_.http();
  std::optional<Error> broken;
  try {
    auto response = co_await http.send(std::move(request));
    const auto type = response.header("Content-Type").value_or("");
    if (response.ok() && type.starts_with(kStreamType)) {
      co_return ConnectStream{std::move(response), call.doing, secrets()};
    }
    if (response.ok()) {
      broken.emplace(SP_DATA_LOSS,
                     "E2B: the server answered with '" + sandport::printable(type.substr(0, 60)) +
                         "' in place of a stream; while " + call.doing,
                     "BAD_REPLY");
    } else {
      const Secrets hidden = secrets();
      const Error refusal = co_await read_refusal(response, Plane::kRpc, call.doing, hidden);
      broken.emplace(refusal);
    }
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    broken.emplace(broken_exchange(error, call.doing));
  }
  const Error said = co_await explain(*broken);
  throw Error(said);
}

sandport::HttpRequest Envd::file_request(std::string method, const std::string& path,
                                         const std::string& user) const {
  sandport::HttpRequest request;
  request.method = std::move(method);
  request.url = base_ + "/files?path=" + percent_encode(path);
  if (const auto who = user_for(user); !who.empty()) {
    request.url += "&username=" + percent_encode(who);
  }
  request.headers = {{"Accept", "application/json, */*"}};
  add_headers(&request);
  // Large files take their time; a dead connection is told by its silence.
  request.idle_timeout = options_.request_timeout;
  return request;
}

Task<sandport::HttpResponse> Envd::send_file(sandport::HttpRequest request,
                                             std::string doing) const {
  const auto http = host_.http();
  std::optional<Error> broken;
  try {
    auto response = co_await http.send(std::move(request));
    // 416: the range begins past the end, which is no error here.
    if (response.ok() || response.status() == 416) co_return response;
    const Secrets hidden = secrets();
    const Error refusal = co_await read_refusal(response, Plane::kFiles, doing, hidden);
    broken.emplace(refusal);
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    broken.emplace(broken_exchange(error, doing));
  }
  const Error said = co_await explain(*broken);
  throw Error(said);
}

Task<Error> Envd::explain(Error error) const {
  if (error.reason() != reason::kGone || options_.debug) co_return error;
  try {
    const std::string details = co_await api_.get(address_.id);
    const auto state = text_of(parse_reply(details, "looking at a sandbox"), "state");
    if (state == "paused") co_return paused(address_.id);
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& answer) {
    if (answer.code() == SP_NOT_FOUND) co_return gone(address_.id);
  }
  co_return error;
}

}  // namespace sandport_e2b
