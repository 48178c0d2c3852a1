// One sandbox's envd: Connect calls and file routes, with its headers and tokens.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <sandport/host.hpp>
#include <sandport/http.hpp>
#include <sandport/task.hpp>
#include <string>

#include "api/control_api.hpp"
#include "connect/stream.hpp"
#include "options.hpp"
#include "urls.hpp"
#include "version.hpp"

namespace sandport_e2b {

// What the control API told about a sandbox.
struct Access {
  Access() = default;

  std::string envd_token;
  std::string traffic_token;
  Version version;
};

struct RpcCall {
  RpcCall(std::string what, std::string json, std::string purpose)
      : method(std::move(what)), body(std::move(json)), doing(std::move(purpose)) {}

  std::string method;  // "process.Process/List"
  std::string body;
  std::string doing;
  std::string user;  // of the call; see Envd::user_for
  Repeat repeat = Repeat::kSafe;
  bool bounded = true;  // by request_timeout
};

// Any thread. Throws what error_table.hpp makes of an answer; when the sandbox does not run, after
// a look at why.
class Envd {
 public:
  Envd(sandport::Host host, const Options& options, const ControlApi& api, Address address,
       Access access);

  // A call with one answer, its JSON.
  [[nodiscard]] sandport::Task<std::string> call(RpcCall call) const;
  // A call with many. Ends when the server has begun to answer. Never made twice.
  [[nodiscard]] sandport::Task<ConnectStream> stream(RpcCall call) const;

  // A request to /files; path is of the sandbox, as bytes.
  [[nodiscard]] sandport::HttpRequest file_request(std::string method, const std::string& path,
                                                   const std::string& user) const;
  // Its answer, when that is a success. Not repeated.
  [[nodiscard]] sandport::Task<sandport::HttpResponse> send_file(sandport::HttpRequest request,
                                                                 std::string doing) const;

  // Better words for an error that says the sandbox does not run; others as they are.
  [[nodiscard]] sandport::Task<sandport::Error> explain(sandport::Error error) const;

  // Who acts when `wanted` is empty: the configured user, for old versions the name they need.
  [[nodiscard]] std::string user_for(const std::string& wanted) const;

  [[nodiscard]] Version version() const;
  [[nodiscard]] Access access() const;
  void set_access(Access access);
  [[nodiscard]] const Address& address() const noexcept { return address_; }
  [[nodiscard]] const Options& options() const noexcept { return options_; }
  [[nodiscard]] const ControlApi& api() const noexcept { return api_; }
  [[nodiscard]] sandport::Host host() const noexcept { return host_; }
  [[nodiscard]] Secrets secrets() const;

 private:
  [[nodiscard]] sandport::HttpRequest rpc_request(const RpcCall& call) const;
  void add_headers(sandport::HttpRequest* request) const;
  [[nodiscard]] sandport::Task<std::string> once(const RpcCall& call) const;

  sandport::Host host_;
  const Options& options_;
  const ControlApi& api_;
  Address address_;
  std::string base_;
  mutable std::mutex mutex_;  // guards access_
  Access access_;
};

}  // namespace sandport_e2b
