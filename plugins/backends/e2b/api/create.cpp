#include "api/create.hpp"

#include <nlohmann/json.hpp>
#include <sandport/when_all.hpp>

#include "encoding.hpp"
#include "json_access.hpp"
#include "retry.hpp"
#include "sandbox_info.hpp"
#include "urls.hpp"

namespace sandport_e2b {
namespace {

using Json = nlohmann::json;
using sandport::Error;
using sandport::Task;

// The service may still be at work when the connection is gone.
constexpr int kLooks = 5;

// The id of the sandbox with this label; empty when there is none.
Task<std::string> find_created(sandport::Host host, const ControlApi& api, std::string label) {
  const std::string query = "metadata=" + metadata_query({{kCreateLabel, label}});
  for (int look = 0; look < kLooks; ++look) {
    const auto pause = std::chrono::milliseconds(100) * (1 << look);
    if (look > 0) co_await back_off(host, pause);
    std::optional<ApiPage> page;
    try {
      page = co_await api.list(query);
    } catch (const Error& error) {
      if (look + 1 == kLooks) throw;
    }
    if (!page) continue;
    const Json found = Json::parse(page->items, nullptr, false);
    if (!found.is_array()) continue;
    for (const Json& sandbox : found) {
      // Also looked at here: a server that knows no filter brings all.
      const StringMap metadata = strings_of(sandbox, "metadata");
      const auto own = metadata.find(kCreateLabel);
      if (own != metadata.end() && own->second == label) co_return text_of(sandbox, "sandboxID");
    }
  }
  co_return std::string();
}

bool may_have_happened(const Error& error) {
  return error.code() == SP_INTERRUPTED ||
         (error.code() == SP_DEADLINE_EXCEEDED && !error.retryable()) ||
         error.code() == SP_DATA_LOSS;
}

}  // namespace

std::string create_body(const Options& options, const NewSandbox& wanted) {
  Json body{{"templateID", options.template_id},
            {"timeout", options.life().count()},
            {"secure", options.secure},
            {"metadata", wanted.metadata}};
  if (!wanted.envs.empty()) body["envVars"] = wanted.envs;
  if (options.allow_internet_access) body["allow_internet_access"] = *options.allow_internet_access;
  if (options.auto_pause) body["autoPause"] = *options.auto_pause;
  if (options.keep_memory) body["autoPauseMemory"] = *options.keep_memory;
  if (options.auto_resume) body["autoResume"] = {{"enabled", *options.auto_resume}};
  if (!options.network.empty()) body["network"] = Json::parse(options.network);
  return dump_strict(body, "the sandbox's description");
}

Task<std::string> create_sandbox(sandport::Host host, const Options& options, const ControlApi& api,
                                 NewSandbox wanted) {
  const std::string label = random_hex(16);
  wanted.metadata[kCreateLabel] = label;
  const std::string body = create_body(options, wanted);
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    try {
      auto asking = api.create(body);
      auto sandbox = co_await sandport::shield(std::move(asking));
      if (!text_of(parse_reply(sandbox, "creating a sandbox"), "sandboxID").empty()) {
        co_return sandbox;
      }
      failure.emplace(SP_DATA_LOSS, "E2B: the server made a sandbox and did not say which",
                      "BAD_REPLY");
    } catch (const Error& error) {
      failure.emplace(error);
    }
    if (may_have_happened(*failure)) {
      auto looking = find_created(host, api, label);
      const std::string id = co_await sandport::shield(std::move(looking));
      if (!id.empty()) {
        host.log().info("E2B: the answer to a create was lost; found sandbox " + id);
        auto reading = api.get(id);
        auto sandbox = co_await sandport::shield(std::move(reading));
        co_return sandbox;
      }
      throw Error(*failure);
    }
    if (!should_retry(options, *failure, Repeat::kUnsafe, attempt)) throw Error(*failure);
    co_await back_off(host, *failure, attempt);
  }
}

}  // namespace sandport_e2b
