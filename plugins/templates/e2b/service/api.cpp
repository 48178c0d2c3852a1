#include "api.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace e2b_template {
namespace {

using sandport::Error;
using sandport::Retry;
using Json = nlohmann::json;

constexpr std::size_t kMostBytes = std::size_t{64} << 20U;
constexpr std::size_t kLongestMessage = 1000;

std::string server_message(const std::string& body) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (json.is_object() && json.contains("message") && json["message"].is_string()) {
    return json["message"].get<std::string>().substr(0, kLongestMessage);
  }
  if (body.find('<') != std::string::npos) return "a page in place of an answer";
  return body.substr(0, std::min(body.find('\n'), kLongestMessage));
}

std::chrono::milliseconds retry_after(const sandport::HttpHead& head) {
  const auto header = head.header("retry-after");
  std::int64_t seconds = 0;
  if (header) std::from_chars(header->data(), header->data() + header->size(), seconds);
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 3600));
}

struct Meaning {
  sp_code code;
  const char* text;
  bool passes;  // the same request may succeed later
};

Meaning meaning(int status) {
  switch (status) {
    case 400:
      return {SP_INVALID_ARGUMENT, "the service refused the request", false};
    case 401:
      return {SP_UNAUTHENTICATED, "the service does not know this API key; see E2B_API_KEY", false};
    case 403:
      return {SP_PERMISSION_DENIED, "the service does not allow it", false};
    case 404:
      return {SP_NOT_FOUND, "the service found nothing", false};
    case 409:
      return {SP_FAILED_PRECONDITION, "the service is changing it already", false};
    case 429:
      return {SP_RESOURCE_EXHAUSTED, "too many requests or builds at once", true};
    default:
      return status >= 500 ? Meaning{SP_UNAVAILABLE, "the service has trouble", true}
                           : Meaning{SP_UNKNOWN, "an answer that nobody expected", false};
  }
}

bool may_repeat(const ApiCall& call, const Error& error) {
  if (!error.retryable()) return false;
  // Nothing happened after these, whatever was asked.
  const bool refused = error.code() == SP_RESOURCE_EXHAUSTED || error.reason() == "HTTP_503" ||
                       (error.code() == SP_UNAVAILABLE && !error.reason().starts_with("HTTP_"));
  return call.repeat == Repeat::kSafe || refused;
}

}  // namespace

std::string encode_part(std::string_view part) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : part) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_.~").find(c) != std::string_view::npos;
    if (plain) {
      encoded += c;
    } else {
      const auto value = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kHex[value >> 4U];
      encoded += kHex[value & 15U];
    }
  }
  return encoded;
}

std::chrono::milliseconds retry_delay(int attempt, const Error& error) {
  if (error.retry_after().count() > 0) return error.retry_after();
  return std::chrono::milliseconds(250LL << std::min(attempt, 5));
}

sandport::HttpRequest Api::make_request(const ApiCall& call) const {
  sandport::HttpRequest request;
  request.method = call.method;
  request.url = options_.api_url + call.path;
  request.headers = {{"Accept", "application/json"},
                     {"X-API-Key", options_.api_key},
                     {"User-Agent", "sandport/" + std::string(host_.version())}};
  if (!call.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = call.body;
  request.total_timeout = options_.request_timeout;
  return request;
}

Error Api::to_error(const ApiCall& call, const sandport::HttpReply& reply) const {
  const Meaning said = meaning(reply.status());
  std::string message = std::string(call.method) + ' ' + options_.api_url +
                        call.path.substr(0, call.path.find('?')) + ": " + said.text + " (" +
                        std::to_string(reply.status()) + ')';
  if (const std::string text = server_message(reply.body); !text.empty()) message += ": " + text;
  return {said.code, message, "HTTP_" + std::to_string(reply.status()),
          said.passes ? Retry::kYes : Retry::kNo, retry_after(reply)};
}

sandport::Task<ApiReply> Api::send(ApiCall call, int also) const {
  if (!has_key()) {
    throw Error(SP_UNAUTHENTICATED, "no API key; set E2B_API_KEY, or the option api_key",
                "API_KEY_MISSING");
  }
  const auto http = host_.http();
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    try {
      const sandport::HttpReply reply = co_await http.fetch(make_request(call), kMostBytes);
      if (reply.status() < 400 || reply.status() == also) {
        ApiReply answer;
        answer.status = reply.status();
        answer.body = reply.body;
        answer.next_token = reply.header("x-next-token").value_or("");
        co_return answer;
      }
      failure = to_error(call, reply);
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure = error;
    }
    if (attempt + 1 >= call.attempts || !may_repeat(call, *failure)) throw Error(*failure);
    co_await sandport::sleep_for(host_, retry_delay(attempt, *failure));
  }
}

sandport::Task<Json> Api::fetch(ApiCall call) const {
  const std::string path = call.path;
  const ApiReply reply = co_await send(std::move(call));
  Json json = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    throw Error(SP_UNAVAILABLE, options_.api_url + path + ": the answer is not JSON", "NOT_JSON",
                Retry::kYes);
  }
  co_return json;
}

}  // namespace e2b_template
