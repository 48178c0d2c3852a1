#include "openai_model.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "http_error.hpp"
#include "json_access.hpp"
#include "reply_stream.hpp"
#include "request_body.hpp"

namespace openai {
namespace {

using Json = nlohmann::json;
using sandport::Error;
using sandport::Task;

constexpr std::size_t kCacheBytes = 32 * 1024 * 1024;
constexpr std::size_t kErrorBytes = 64 * 1024;

// Servers quote keys that they refuse.
std::string without(std::string text, const std::string& secret) {
  if (secret.size() < 4) return text;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), "***");
  }
  return text;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) {
    const auto lower = [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    };
    return lower(left) == lower(right);
  });
}

void set_header(sandport::Pairs& headers, std::string name, std::string value) {
  std::erase_if(headers, [&](const auto& header) { return same_name(header.first, name); });
  headers.emplace_back(std::move(name), std::move(value));
}

// The first bytes of a body; what breaks then is of no interest.
Task<std::string> read_start(sandport::HttpResponse& response, std::size_t most) {
  std::string body;
  try {
    while (body.size() < most) {
      auto piece = co_await response.read();
      if (!piece) break;
      body += *piece;
    }
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error&) {  // the status says enough
  }
  body.resize(std::min(body.size(), most));
  co_return body;
}

}  // namespace

OpenAiModel::OpenAiModel(sandport::Host host, Options options)
    : host_(host), options_(std::move(options)), cache_(options_.style, kCacheBytes) {
  static_cast<void>(host_.http());  // says at once when this host has none
}

sandport::HttpRequest OpenAiModel::make_request(const char* method, const char* path) const {
  sandport::HttpRequest request;
  request.method = method;
  request.url = options_.base_url + path;
  request.headers = {{"Accept", "application/json"},
                     {"User-Agent", "sandport/" + std::string(host_.version())}};
  if (!options_.api_key.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + options_.api_key);
  }
  for (const auto& [name, value] : options_.headers) set_header(request.headers, name, value);
  request.connect_timeout = options_.connect_timeout;
  request.idle_timeout = options_.idle_timeout;
  request.total_timeout = options_.total_timeout;
  return request;
}

Task<std::string> OpenAiModel::chat(sandport::ChatRequest request, sandport::ChatSink& sink) {
  // The request is a view until the first wait: its body is made before.
  sandport::HttpRequest http = make_request("POST", "/chat/completions");
  http.body = request_body(request, options_, cache_);
  set_header(http.headers, "Accept", "text/event-stream, application/json");
  set_header(http.headers, "Content-Type", "application/json");
  for (const auto& [name, value] : options_.headers) set_header(http.headers, name, value);
  co_return co_await send(std::move(http), sink);
}

Task<std::string> OpenAiModel::send(sandport::HttpRequest request, sandport::ChatSink& sink) const {
  const auto http = host_.http();
  auto response = co_await http.send(std::move(request));
  co_await check_status(response);
  co_return co_await read_reply(response, sink, options_.max_event_bytes);
}

Task<void> OpenAiModel::check_status(sandport::HttpResponse& response) const {
  if (response.ok()) co_return;
  const std::string body = co_await read_start(response, kErrorBytes);
  const std::string shown = without(body, options_.api_key);
  const std::string server = host_of(options_.base_url);
  ErrorResponse error;
  error.status = response.status();
  error.body = shown;
  error.server = server;
  error.model = options_.model;
  error.retry_after = response.header("retry-after").value_or("");
  error.retry_after_ms = response.header("retry-after-ms").value_or("");
  error.request_id = response.header("x-request-id").value_or("");
  if (error.request_id.empty()) {
    error.request_id = response.header("x-trace-id").value_or("");
  }
  throw to_error(error, host_.now());
}

Task<std::string> OpenAiModel::models() {
  const auto http = host_.http();
  auto response = co_await http.send(make_request("GET", "/models"));
  co_await check_status(response);
  const std::string body = co_await response.read_all();
  const Json reply = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  const Json* data = member(reply, "data");
  if (data == nullptr || !data->is_array()) {
    throw Error(SP_UNIMPLEMENTED, host_of(options_.base_url) + " gives no list of models");
  }
  Json list = Json::array();
  for (const Json& entry : *data) {
    Json model{{"id", text_member(entry, "id")}};
    for (const char* key : {"context_length", "max_model_len", "context_window"}) {
      if (const auto tokens = integer_member(entry, key)) model["context_tokens"] = *tokens;
    }
    list.push_back(std::move(model));
  }
  co_return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace openai
