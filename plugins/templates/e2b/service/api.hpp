// Requests to the service's control API: authentication, retries, and errors a person understands.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <sandport/error.hpp>
#include <sandport/host.hpp>
#include <string>
#include <string_view>

#include "../options.hpp"

namespace e2b_template {

// Whether a request may be sent again after it may have been seen.
enum class Repeat { kSafe, kOnlyWhenRefused };

struct ApiCall {
  ApiCall(const char* verb, std::string where) : method(verb), path(std::move(where)) {}

  const char* method;
  std::string path;  // begins with a slash; its parts are encoded
  std::string body;  // JSON, empty: none
  Repeat repeat = Repeat::kSafe;
  int attempts = 5;
};

struct ApiReply {
  int status = 0;
  std::string body;
  std::string next_token;  // of a paged list; empty: the last page
};

class Api {
 public:
  Api(sandport::Host host, const Options& options) : host_(host), options_(options) {}

  // Any reply below 400, or one whose status is `also`. Throws Error: SP_UNAUTHENTICATED,
  // SP_PERMISSION_DENIED, SP_NOT_FOUND, SP_INVALID_ARGUMENT, SP_RESOURCE_EXHAUSTED, SP_UNAVAILABLE.
  [[nodiscard]] sandport::Task<ApiReply> send(ApiCall call, int also = 0) const;
  // The same for replies that are JSON.
  [[nodiscard]] sandport::Task<nlohmann::json> fetch(ApiCall call) const;

  [[nodiscard]] bool has_key() const { return !options_.api_key.empty(); }
  [[nodiscard]] const std::string& url() const { return options_.api_url; }

 private:
  [[nodiscard]] sandport::HttpRequest make_request(const ApiCall& call) const;
  [[nodiscard]] sandport::Error to_error(const ApiCall& call,
                                         const sandport::HttpReply& reply) const;

  sandport::Host host_;
  const Options& options_;
};

// One part of a path, percent-encoded.
[[nodiscard]] std::string encode_part(std::string_view part);

// 250 ms, 500 ms, … up to 8 s, or what the service asked for.
[[nodiscard]] std::chrono::milliseconds retry_delay(int attempt, const sandport::Error& error);

}  // namespace e2b_template
