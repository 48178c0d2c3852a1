#include "api/create.hpp"

#include <nlohmann/json.hpp>
#include <sandport/when_all.hpp>
#include <vector>

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

std::string label_query(const std::string& label) {
  StringMap metadata;
  metadata[kCreateLabel] = label;
  return "metadata=" + metadata_query(metadata);
}

// The ids of the sandboxes with this label at this moment.
Task<std::vector<std::string>> ids_of(const ControlApi& api, std::string label) {
  const ApiPage page = co_await api.list(label_query(label));
  std::vector<std::string> ids;
  const Json found = Json::parse(page.items, nullptr, false);
  if (!found.is_array()) co_return ids;
  for (const Json& sandbox : found) {
    // Also looked at here: a server that knows no filter brings all.
    const StringMap metadata = strings_of(sandbox, "metadata");
    const auto own = metadata.find(kCreateLabel);
    if (own != metadata.end() && own->second == label) ids.push_back(text_of(sandbox, "sandboxID"));
  }
  co_return ids;
}

// The id of the sandbox with this label; empty when none appears.
Task<std::string> find_created(sandport::Host host, const ControlApi& api, std::string label) {
  for (int look = 0; look < kLooks; ++look) {
    const auto pause = std::chrono::milliseconds(100) * (1 << look);
    if (look > 0) co_await back_off(host, pause);
    std::vector<std::string> ids;
    try {
      ids = co_await ids_of(api, label);
    } catch (const Error& error) {
      if (look + 1 == kLooks) throw;
    }
    if (!ids.empty()) co_return ids.front();
  }
  co_return std::string();
}

// Its details; or it is ended, so that it is not left behind.
Task<std::string> adopt(const ControlApi& api, std::string id) {
  std::exception_ptr failure;
  try {
    auto sandbox = co_await api.get(id);
    co_return sandbox;
  } catch (...) {
    failure = std::current_exception();
  }
  co_await api.kill(id);
  std::rethrow_exception(failure);
}

// Ends what appeared after all, beside the one that we have.
Task<void> end_others(sandport::Host host, const ControlApi& api, std::string label,
                      std::string ours) {
  try {
    const auto ids = co_await ids_of(api, label);
    for (const std::string& id : ids) {
      if (id == ours) continue;
      host.log().info("E2B: a create that was thought to be lost had made " + id + "; ending it");
      co_await api.kill(id);
    }
  } catch (const Error& error) {
    host.log().warn(error.what());
  }
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
  bool doubtful = false;  // an earlier try may yet have made one
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    try {
      auto asking = api.create(body);
      auto sandbox = co_await sandport::shield(std::move(asking));
      const auto id = text_of(parse_reply(sandbox, "creating a sandbox"), "sandboxID");
      if (!id.empty() && doubtful) {
        auto cleaning = end_others(host, api, label, id);
        co_await sandport::shield(std::move(cleaning));
      }
      if (!id.empty()) co_return sandbox;
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
        auto adopting = adopt(api, id);
        auto sandbox = co_await sandport::shield(std::move(adopting));
        co_return sandbox;
      }
      doubtful = true;
    }
    // By now it is as good as certain that nothing was made.
    const Repeat repeat = doubtful ? Repeat::kSafe : Repeat::kUnsafe;
    if (!should_retry(options, *failure, repeat, attempt)) throw Error(*failure);
    co_await back_off(host, *failure, attempt);
  }
}

}  // namespace sandport_e2b
