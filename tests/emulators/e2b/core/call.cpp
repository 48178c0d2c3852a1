#include "tests/emulators/e2b/core/call.hpp"

#include <nlohmann/json.hpp>

#include "core/json_text.hpp"

namespace sandport::e2b_emulator {
namespace {

// The captured segments, or nothing when the pattern does not fit.
std::optional<std::vector<std::string>> match_segments(const std::vector<std::string>& pattern,
                                                       const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return std::nullopt;
  std::vector<std::string> captured;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == "{}") {
      captured.push_back(segments[i]);
    } else if (pattern[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return captured;
}

}  // namespace

std::string failure_body(int status, std::string_view message) {
  nlohmann::json body;
  body["code"] = status;
  body["message"] = message;
  return json_text(body);
}

std::string Call::header(std::string_view name) const { return exchange.request().header(name); }

Task<nlohmann::json> Call::read_json() {
  const std::string text = co_await exchange.read_all();
  nlohmann::json json = nlohmann::json::parse(text.empty() ? "{}" : text, nullptr, false);
  if (!json.is_object()) {
    throw HttpFailure(400,
                      "validation error: request body has an error: failed to decode request "
                      "body: it is no JSON object");
  }
  co_return json;
}

Task<void> Call::reply(int status, const nlohmann::json& body, std::string headers) {
  std::string lines = "Content-Type: application/json";
  if (!headers.empty()) lines += "\r\n" + headers;
  std::string text = body.dump();  // throws for bytes that are no UTF-8, as protobuf would
  co_await exchange.reply(status, std::move(text), std::move(lines));
}

Task<void> Call::reply_empty(int status) {
  // 204 has neither a body nor a length.
  if (status == 204) {
    co_await exchange.write("HTTP/1.1 204 No Content\r\n\r\n");
  } else {
    co_await exchange.reply(status, "");
  }
}

void Routes::add(std::string method, std::string_view pattern, CallHandler handler) {
  entries_.push_back({std::move(method), parse_target(pattern).segments, std::move(handler)});
}

const CallHandler& Routes::find(Call& call) const {
  bool path_known = false;
  for (const Entry& entry : entries_) {
    auto captured = match_segments(entry.segments, call.target.segments);
    if (!captured) continue;
    path_known = true;
    if (entry.method != call.exchange.request().method) continue;
    call.parts = std::move(*captured);
    return entry.handler;
  }
  throw HttpFailure(path_known ? 405 : 404,
                    path_known ? "method not allowed" : "no matching operation was found");
}

}  // namespace sandport::e2b_emulator
