#include "host/engine/http/plan.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <string_view>

#include "host/engine/http/transfer.hpp"

namespace sandport {
namespace {

using std::chrono::milliseconds;

// RFC 9110's token.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [kMarks](unsigned char c) {
    return std::isalnum(c) != 0 || kMarks.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

bool may_follow_to_another_origin(const HttpHeader& header) {
  constexpr std::array<std::string_view, 6> kHarmless = {
      "accept", "accept-language", "accept-encoding", "content-type", "user-agent", "range"};
  return std::find(kHarmless.begin(), kHarmless.end(), lower(header.name)) != kHarmless.end();
}

std::chrono::steady_clock::time_point deadline_after(milliseconds timeout) {
  const auto now = std::chrono::steady_clock::now();
  const auto never = std::chrono::steady_clock::time_point::max();
  return timeout.count() <= 0 || timeout > never - now ? never : now + timeout;
}

bool becomes_get(int status, const std::string& method) {
  if (status == 303) return method != "HEAD";
  return (status == 301 || status == 302) && method == "POST";
}

}  // namespace

void check_headers(const std::vector<HttpHeader>& headers) {
  constexpr std::string_view kForbidden("\r\n\0", 3);
  for (const auto& header : headers) {
    if (!is_token(header.name)) {
      throw Error(Code::kInvalidArgument,
                  "a header name is empty or has a character that HTTP does not allow in names");
    }
    if (header.value.find_first_of(kForbidden) != std::string::npos) {
      throw Error(Code::kInvalidArgument,
                  "the value of header " + header.name + " has a line break or a zero byte");
    }
  }
}

HttpPlan make_plan(HttpRequest request, std::shared_ptr<const NetworkSettings> settings) {
  HttpPlan plan;
  plan.url = parse_url(request.url);
  if ((plan.url.scheme != "http" && plan.url.scheme != "https") || plan.url.host.empty()) {
    throw Error(Code::kInvalidArgument, "not a usable URL: it must begin with http:// or https://");
  }
  if (!is_token(request.method)) {
    throw Error(Code::kInvalidArgument, "the HTTP method is not a word");
  }
  check_headers(request.headers);
  if (const auto* source = std::get_if<HttpBodySource>(&request.body); source && !source->read) {
    throw Error(Code::kInvalidArgument, "the request's body source has no read function");
  }
  plan.method = std::move(request.method);
  plan.headers = std::move(request.headers);
  plan.body = std::move(request.body);
  plan.connect_timeout = request.connect_timeout.value_or(settings->connect_timeout);
  plan.idle_timeout = request.idle_timeout.value_or(settings->idle_timeout);
  plan.total_timeout = request.total_timeout.value_or(milliseconds{0});
  plan.deadline = deadline_after(plan.total_timeout);
  plan.settings = std::move(settings);
  return plan;
}

std::optional<HttpPlan> redirected_plan(const HttpPlan& from, const HttpHead& head) {
  constexpr std::array<int, 5> kRedirects = {301, 302, 303, 307, 308};
  const std::string* location = head.find("Location");
  if (location == nullptr ||
      std::find(kRedirects.begin(), kRedirects.end(), head.status) == kRedirects.end()) {
    return std::nullopt;
  }
  HttpPlan next = from;
  next.url = resolve_url(from.url, *location);
  const std::string hop = from.method + ' ' + from.url.shown + " redirects to " + next.url.shown;
  if (next.url.scheme != "https" && (from.url.scheme == "https" || next.url.scheme != "http")) {
    throw Error(Code::kFailedPrecondition, hop + ", which is not followed: it would leave https");
  }
  if (becomes_get(head.status, from.method)) {
    next.method = "GET";
    next.body = std::string();
    std::erase_if(next.headers, [](const HttpHeader& header) {
      return lower(header.name).starts_with("content-");
    });
  } else if (std::holds_alternative<HttpBodySource>(from.body)) {
    throw Error(Code::kFailedPrecondition,
                hop + ", which is not followed: the streamed body cannot be sent twice");
  }
  if (!next.url.same_origin(from.url)) {
    std::erase_if(next.headers,
                  [](const HttpHeader& header) { return !may_follow_to_another_origin(header); });
  }
  return next;
}

}  // namespace sandport
