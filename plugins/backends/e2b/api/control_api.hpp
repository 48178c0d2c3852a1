// The control API: makes, finds, changes and ends sandboxes.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <sandport/host.hpp>
#include <sandport/http.hpp>
#include <sandport/task.hpp>
#include <string>

#include "error_table.hpp"
#include "http_exchange.hpp"
#include "options.hpp"

namespace sandport_e2b {

struct ApiRequest {
  ApiRequest(std::string verb, std::string where, std::string what)
      : method(std::move(verb)), path(std::move(where)), doing(std::move(what)) {}

  std::string method;
  std::string path;  // and query, after the API's URL
  std::string doing;
  std::string body;  // JSON; empty: none
  Repeat repeat = Repeat::kSafe;
  bool once = false;  // no retries at all
};

// One page of a list: a JSON array, and where the next one begins.
struct ApiPage {
  ApiPage() = default;

  std::string items;
  std::string next;
};

// Any thread. Every call throws what error_table.hpp makes of the answer, after the retries that
// are due. Ids go into paths encoded.
class ControlApi {
 public:
  ControlApi(sandport::Host host, const Options& options);

  // body: JSON of the older generation. → the sandbox's JSON. Made once, never blindly again: see
  // create.hpp.
  [[nodiscard]] sandport::Task<std::string> create(std::string body) const;
  // Wakes a paused one; never shortens its life. → the sandbox's JSON.
  [[nodiscard]] sandport::Task<std::string> connect(std::string id,
                                                    std::chrono::seconds life) const;
  // → its details' JSON.
  [[nodiscard]] sandport::Task<std::string> get(std::string id) const;
  // query: encoded, without "?".
  [[nodiscard]] sandport::Task<ApiPage> list(std::string query) const;
  // false: it was gone already.
  [[nodiscard]] sandport::Task<bool> kill(std::string id) const;
  // false: it was paused already.
  [[nodiscard]] sandport::Task<bool> pause(std::string id) const;
  [[nodiscard]] sandport::Task<void> set_timeout(std::string id, std::chrono::seconds life) const;
  // → JSON array of {sandbox} or {error}.
  [[nodiscard]] sandport::Task<std::string> fork(std::string id, std::chrono::seconds life) const;
  [[nodiscard]] sandport::Task<std::string> snapshot(std::string id, std::string name) const;
  [[nodiscard]] sandport::Task<ApiPage> snapshots(std::string id, std::string page) const;
  [[nodiscard]] sandport::Task<void> remove_snapshot(std::string snapshot_id) const;
  // Unix seconds; 0: no bound.
  [[nodiscard]] sandport::Task<std::string> metrics(std::string id, std::int64_t since,
                                                    std::int64_t until) const;
  [[nodiscard]] sandport::Task<std::string> logs(std::string id) const;
  // Replaces the whole policy.
  [[nodiscard]] sandport::Task<void> set_network(std::string id, std::string body) const;

  [[nodiscard]] const Secrets& secrets() const noexcept { return secrets_; }

 private:
  [[nodiscard]] sandport::Task<sandport::HttpReply> send(ApiRequest request) const;
  [[nodiscard]] sandport::Task<sandport::HttpReply> once(const ApiRequest& request) const;
  // Of both generations the one that the server has. newer: the path and body of /v2.
  [[nodiscard]] sandport::Task<std::string> send_either(ApiRequest older, ApiRequest newer) const;

  sandport::Host host_;
  const Options& options_;
  Secrets secrets_;
  mutable std::atomic<bool> newer_routes_{false};
};

}  // namespace sandport_e2b
