#include "http_exchange.hpp"

#include <nlohmann/json.hpp>

#include "json_access.hpp"

namespace sandport_e2b {
namespace {

constexpr std::size_t kMostRefusal = 64u * 1024u;

}  // namespace

sandport::Error refusal_of(const sandport::HttpHead& head, std::string body, Plane plane,
                           std::string doing, const Secrets& secrets) {
  // A Connect handler's own error has a word for its code; proxies and middleware have a number.
  if (plane == Plane::kRpc) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (const auto code = text_of(json, "code"); !code.empty()) {
      return connect_error(code, text_of(json, "message"), doing, secrets);
    }
  }
  Refusal refusal;
  refusal.plane = plane;
  refusal.status = head.status();
  refusal.body = std::move(body);
  refusal.doing = std::move(doing);
  refusal.retry_after = parse_retry_after(head.header("Retry-After").value_or(""));
  return to_error(refusal, secrets);
}

sandport::Task<sandport::Error> read_refusal(sandport::HttpResponse& response, Plane plane,
                                             std::string doing, const Secrets& secrets) {
  std::string body;
  try {
    while (body.size() < kMostRefusal) {
      auto piece = co_await response.read();
      if (!piece) break;
      body += *piece;
    }
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const sandport::Error&) {  // the status says enough
  }
  co_return refusal_of(response, std::move(body), plane, std::move(doing), secrets);
}

sandport::Error broken_exchange(const sandport::Error& error, const std::string& doing) {
  return {error.code(), "E2B: " + std::string(error.what()) + "; while " + doing, error.reason(),
          error.retryable() ? sandport::Retry::kYes : sandport::Retry::kNo, error.retry_after()};
}

}  // namespace sandport_e2b
