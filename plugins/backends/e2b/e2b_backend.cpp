#include "e2b_backend.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sandport/utf8.hpp>
#include <sandport/when_all.hpp>

#include "api/create.hpp"
#include "e2b_sandbox.hpp"
#include "encoding.hpp"
#include "json_access.hpp"
#include "sandbox_info.hpp"
#include "urls.hpp"

namespace sandport_e2b {
namespace {

using Json = nlohmann::json;
using sandport::CreatedSandbox;
using sandport::Error;
using sandport::Task;

constexpr const char* kDebugId = "debug_sandbox_id";

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// Opens what was just made, and ends it when that fails: nobody else knows of it.
Task<CreatedSandbox> open_or_end(std::unique_ptr<E2bSandbox> sandbox, std::string work_dir,
                                 std::string details, const ControlApi& api) {
  std::exception_ptr failure;
  std::string info;
  try {
    info = co_await sandbox->open(std::move(work_dir), {}, std::move(details));
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    auto ending = api.kill(sandbox->id());
    co_await sandport::shield(std::move(ending));
    std::rethrow_exception(failure);
  }
  co_return CreatedSandbox{std::move(sandbox), std::move(info)};
}

}  // namespace

struct E2bBackend::Spec {
  std::string work_dir;
  StringMap env;
  StringMap labels;
};

E2bBackend::E2bBackend(sandport::Host host, Options options)
    : host_(host), options_(std::move(options)), api_(host, options_) {}

std::string E2bBackend::capabilities() const {
  return R"({"extensions":["sp.sandbox.fs/1","sp.sandbox.pty/1","sp.sandbox.watch/1",)"
         R"("sp.sandbox.pause/1","sp.sandbox.snapshot/1","sp.sandbox.metrics/1",)"
         R"("sp.sandbox.network/1"],"limits":{},"host_url":true,"background":true})";
}

E2bBackend::Spec E2bBackend::parse_spec(std::string_view text) {
  const Json json = parse_request(text, "the sandbox's spec");
  Spec spec;
  spec.work_dir = text_of(json, "work_dir");
  spec.env = strings_of(json, "env");
  spec.labels = strings_of(json, "labels");
  const bool usable = spec.work_dir.empty() || spec.work_dir.starts_with('/') ||
                      spec.work_dir == "~" || spec.work_dir.starts_with("~/");
  if (!usable) {
    throw Error(SP_INVALID_ARGUMENT,
                "E2B: work_dir: '" + sandport::printable(spec.work_dir) + "' is not absolute");
  }
  return spec;
}

void E2bBackend::validate(std::string_view text) { static_cast<void>(parse_spec(text)); }

Task<CreatedSandbox> E2bBackend::create(std::string text) {
  const Spec spec = parse_spec(text);
  NewSandbox wanted;
  wanted.envs = options_.envs;
  for (const auto& [name, value] : spec.env) wanted.envs[name] = value;
  wanted.metadata = options_.metadata;
  for (const auto& [name, value] : spec.labels) wanted.metadata[name] = value;
  if (options_.debug) {
    Access access;
    access.version = kDebugVersion;
    auto sandbox = std::make_unique<E2bSandbox>(host_, options_, api_,
                                                Address(options_, kDebugId, ""), access);
    auto info = co_await sandbox->open(spec.work_dir, wanted.envs, "");
    co_return CreatedSandbox{std::move(sandbox), std::move(info)};
  }
  const std::string made = co_await create_sandbox(host_, options_, api_, wanted);
  Json json = parse_reply(made, "creating a sandbox");
  const std::string id = text_of(json, "sandboxID");
  const Access access = access_of(json);
  if (access.version < since::kUsable) {
    auto ending = api_.kill(id);
    co_await sandport::shield(std::move(ending));
    require(access.version, since::kUsable, "a sandbox");
  }
  const auto now = host_.now();
  json["metadata"] = wanted.metadata;
  json["startedAt"] = format_time(now);
  json["endAt"] = format_time(now + options_.life());
  auto sandbox = std::make_unique<E2bSandbox>(
      host_, options_, api_, Address(options_, id, text_of(json, "domain")), access);
  auto opening = open_or_end(std::move(sandbox), spec.work_dir, dump(json), api_);
  auto created = co_await opening;
  co_return created;
}

Task<std::string> E2bBackend::wake(std::string id, std::string text) {
  const Json details = parse_reply(text, "connecting to a sandbox");
  const bool paused = text_of(details, "state") == "paused";
  const auto end = parse_time(text_of(details, "endAt"));
  const auto now = host_.now();
  auto life = options_.life();
  if (!options_.timeout) {
    if (!paused) co_return std::string();
    // Nobody asked for another life: the rest of its own, when there is some.
    const auto left =
        end ? std::chrono::ceil<std::chrono::seconds>(*end - now) : std::chrono::seconds(0);
    if (left > std::chrono::seconds(30)) life = left;
  } else if (!paused && end && *end >= now + life) {
    co_return std::string();
  }
  auto answer = co_await api_.connect(std::move(id), life);
  co_return answer;
}

Task<CreatedSandbox> E2bBackend::connect(std::string id, std::string text) {
  const Spec spec = parse_spec(text);
  StringMap env = options_.envs;
  for (const auto& [name, value] : spec.env) env[name] = value;
  if (options_.debug) {
    auto created = co_await create(std::move(text));
    co_return created;
  }
  std::string details = co_await api_.get(id);
  const std::string woken = co_await wake(id, details);
  Json json = parse_reply(details, "connecting to a sandbox");
  Access access = access_of(json);
  if (!woken.empty()) {
    const Json answer = parse_reply(woken, "connecting to a sandbox");
    const Access newer = access_of(answer);
    if (!newer.envd_token.empty()) access.envd_token = newer.envd_token;
    if (!newer.traffic_token.empty()) access.traffic_token = newer.traffic_token;
    details = co_await api_.get(id);
    json = parse_reply(details, "connecting to a sandbox");
  }
  auto sandbox = std::make_unique<E2bSandbox>(
      host_, options_, api_, Address(options_, id, text_of(json, "domain")), access);
  auto info = co_await sandbox->open(spec.work_dir, std::move(env), std::move(details));
  co_return CreatedSandbox{std::move(sandbox), std::move(info)};
}

Task<std::string> E2bBackend::list(std::string text) {
  const Json filter = parse_request(text, "the filter");
  std::string query =
      "limit=" + std::to_string(std::clamp<std::int64_t>(number_of(filter, "limit", 100), 1, 100));
  if (const auto labels = strings_of(filter, "labels"); !labels.empty()) {
    query += "&metadata=" + metadata_query(labels);
  }
  if (const auto state = text_of(filter, "state"); !state.empty()) {
    query += "&state=" + percent_encode(state);
  }
  if (const auto page = text_of(filter, "page"); !page.empty()) {
    query += "&nextToken=" + percent_encode(page);
  }
  const ApiPage page = co_await api_.list(std::move(query));
  const Json items = Json::parse(page.items, nullptr, false);
  if (!items.is_array()) {
    throw Error(SP_DATA_LOSS, "E2B: the list of sandboxes is no JSON array", "BAD_REPLY");
  }
  Json answer{{"sandboxes", Json::array()}};
  for (const Json& item : items) answer["sandboxes"].push_back(describe(item, {}));
  if (!page.next.empty()) answer["next_page"] = page.next;
  co_return dump(answer);
}

Task<void> E2bBackend::dispose(std::string id) {
  if (!options_.debug) co_await api_.kill(std::move(id));
}

std::unique_ptr<sandport::Backend> make_backend(sandport::Host host, std::string_view config) {
  Options options = Options::parse(config, environment_variable);
  if (options.api_key.empty() && !options.debug) {
    try {
      options.api_key = host.secret("E2B_API_KEY");
    } catch (const Error&) {  // said when the first request is made: validate needs none
    }
  }
  if (options.api_key.find_first_of("\r\n \t") != std::string::npos) {
    throw Error(SP_INVALID_ARGUMENT,
                "E2B: the API key has spaces or line ends in it; check E2B_API_KEY");
  }
  return std::make_unique<E2bBackend>(host, std::move(options));
}

}  // namespace sandport_e2b
