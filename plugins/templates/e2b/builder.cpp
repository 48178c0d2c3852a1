#include "builder.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/request_body.hpp"
#include "model/template_name.hpp"
#include "plan_report.hpp"
#include "prepared.hpp"
#include "service/sizes.hpp"
#include "service/upload.hpp"
#include "service/wait.hpp"

namespace e2b_template {
namespace {

using sandport::Error;
using sandport::Task;
using Json = nlohmann::json;

std::string dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json parse(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) throw Error(SP_INVALID_ARGUMENT, "the request is not a JSON object");
  return json;
}

BuildIds read_ids(const std::string& text) {
  const Json json = parse(text);
  BuildIds ids{json.value("template_id", ""), json.value("build_id", "")};
  if (ids.template_id.empty() || ids.build_id.empty()) {
    throw Error(SP_INVALID_ARGUMENT, "a build has a template_id and a build_id");
  }
  return ids;
}

std::string result(const BuildIds& ids, const std::string& name, const char* state, bool reused) {
  nlohmann::ordered_json json{{"template_id", ids.template_id}, {"build_id", ids.build_id}};
  if (!name.empty()) json["name"] = name;
  json["state"] = state;
  json["reused"] = reused;
  return dump(json);
}

std::string total_text(const std::vector<StepFiles>& files) {
  std::uint64_t bytes = 0;
  std::size_t entries = 0;
  for (const StepFiles& step : files) {
    bytes += step.bytes;
    entries += step.entries.size();
  }
  return std::to_string(entries) + " files and folders, " + size_text(bytes);
}

}  // namespace

Builder::Builder(sandport::Host host, Options options, std::string state_dir)
    : host_(host),
      options_(std::move(options)),
      api_(host, options_),
      records_(std::move(state_dir)) {}

Task<Prepared> Builder::prepare(std::string source) {
  auto work = sandport::on_pool(host_, [json = std::move(source)](const std::stop_token& stop) {
    return prepare_source(json, stop);
  });
  co_return co_await work;
}

Task<std::string> Builder::plan(std::string source) {
  Prepared prepared = co_await prepare(std::move(source));
  Cached cached(prepared.files.size());
  if (!api_.has_key() || prepared.files.empty()) co_return plan_report(prepared, cached);
  std::optional<Error> failure;
  try {
    const std::string id = co_await find_id(split_name(prepared.made.name).path);
    for (std::size_t i = 0; i < cached.size() && !id.empty(); ++i) {
      const Step& step = prepared.made.steps[prepared.files[i].step];
      const UploadLink link = co_await upload_link(api_, id, step.copy->files_hash);
      cached[i] = link.present;
    }
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    failure = error;
  }
  if (failure) {
    prepared.diagnostics.warn(
        {prepared.source.file, 0, 0},
        std::string("what the service has already is not known: ") + failure->what());
  }
  co_return plan_report(prepared, cached);
}

Task<std::optional<BuildIds>> Builder::find_built(const Prepared& prepared) {
  const Template& made = prepared.made;
  const auto ids = records_.find_built(content_digest(made, options_.api_url));
  if (!ids || made.force) co_return std::nullopt;
  ApiCall call{"GET", "/templates/" + encode_part(ids->template_id) + "/tags"};
  std::vector<std::string> wanted = made.tags;
  const std::string tag = split_name(made.name).tag;
  if (!tag.empty() || wanted.empty()) wanted.push_back(tag.empty() ? "default" : tag);
  const ApiReply reply = co_await api_.send(std::move(call), 404);
  const Json tags = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  const auto is_ours = [&](const std::string& name) {
    return std::any_of(tags.begin(), tags.end(), [&](const Json& entry) {
      return entry.is_object() && entry.value("tag", "") == name &&
             entry.value("buildID", "") == ids->build_id;
    });
  };
  if (!tags.is_array() || !std::all_of(wanted.begin(), wanted.end(), is_ours)) {
    co_return std::nullopt;
  }
  co_return ids;
}

Task<BuildIds> Builder::create(const Prepared& prepared) {
  ApiCall call{"POST", "/v3/templates"};
  call.body = dump(create_body(prepared.made));
  call.repeat = Repeat::kOnlyWhenRefused;
  const Json reply = co_await api_.fetch(std::move(call));
  BuildIds ids;
  if (reply.is_object()) ids = {reply.value("templateID", ""), reply.value("buildID", "")};
  if (ids.template_id.empty() || ids.build_id.empty()) {
    throw Error(SP_UNKNOWN, "the service accepted the build but gave no ids for it");
  }
  co_return ids;
}

// A lost answer leaves open whether the build runs: its state tells.
Task<void> Builder::start(const Prepared& prepared, BuildIds ids) {
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    try {
      ApiCall call{"POST", "/v2/templates/" + encode_part(ids.template_id) + "/builds/" +
                               encode_part(ids.build_id)};
      call.body = dump(start_body(prepared.made, Credentials::kSent));
      call.repeat = Repeat::kOnlyWhenRefused;
      const ApiReply reply = co_await api_.send(std::move(call));
      static_cast<void>(reply);
      co_return;
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure = error;
    }
    if (!failure->retryable() || attempt >= 2) throw Error(*failure);
    std::size_t offset = 0;
    const BuildStatus status = co_await poll_build(api_, ids, offset, nullptr, 5);
    if (status.state != "waiting") co_return;
  }
}

Task<std::string> Builder::build(std::string source, sandport::BuildSink& sink) {
  BuildLog log{sink};
  const auto begun = host_.monotonic_now();
  const Prepared prepared = co_await prepare(std::move(source));
  const Template& made = prepared.made;
  if (!prepared.files.empty()) co_await log.say("read " + total_text(prepared.files));
  const std::optional<BuildIds> built = co_await find_built(prepared);
  if (built) {
    co_await log.say("nothing changed since build " + built->build_id +
                     "; --skip-cache builds anyway");
    co_return result(*built, made.name, "ready", true);
  }
  const BuildIds ids = co_await create(prepared);
  log.set_ids(ids);
  const BuildRecord record = make_record(made, ids);
  records_.save(record);
  const Json asked{{"level", "info"},
                   {"message", "the service made template " + ids.template_id + ", build " +
                                   ids.build_id + " for " + made.name}};
  co_await log.entry(asked);
  co_await upload_files(host_, api_, options_, made, prepared.files, ids.template_id, log);
  co_await start(prepared, ids);
  if (!prepared.source.wait) co_return result(ids, made.name, "building", false);
  co_await log.say("the build runs: " + std::to_string(made.steps.size()) + " steps");
  co_await wait_for_build(host_, api_, options_, ids, record, log);
  records_.save_built(content_digest(made, options_.api_url), ids);
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(host_.monotonic_now() - begun);
  co_await log.say("ready after " + duration_text(took));
  co_return result(ids, made.name, "ready", false);
}

Task<std::string> Builder::follow(std::string build, sandport::BuildSink& sink) {
  BuildLog log{sink};
  const BuildIds ids = read_ids(build);
  log.set_ids(ids);
  const std::optional<BuildRecord> record = records_.find(ids.build_id);
  co_await wait_for_build(host_, api_, options_, ids, record, log);
  co_return result(ids, record ? record->name : "", "ready", false);
}

Task<std::string> Builder::status(std::string build) {
  std::size_t offset = 0;
  const BuildIds ids = read_ids(build);
  const BuildStatus status = co_await poll_build(api_, ids, offset, nullptr, 5);
  nlohmann::ordered_json json{{"state", status.state}};
  if (status.state == "error") {
    json["reason"] = build_failure(ids, status.reason, records_.find(ids.build_id), {}).what();
  }
  co_return dump(json);
}

Task<std::string> Builder::list() {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  std::string token;
  do {
    ApiCall call{"GET", "/v2/templates?limit=100" +
                            (token.empty() ? "" : "&nextToken=" + encode_part(token))};
    ApiReply reply = co_await api_.send(std::move(call));
    const Json page = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
    if (!page.is_array()) {
      throw Error(SP_UNAVAILABLE, "the service gave no list of templates", "NOT_JSON");
    }
    for (const Json& item : page) {
      if (!item.is_object()) continue;
      nlohmann::ordered_json entry{{"template_id", item.value("templateID", "")}};
      entry["names"] =
          item.contains("names") ? item["names"] : item.value("aliases", Json::array());
      if (item.contains("createdAt")) entry["created_at"] = item["createdAt"];
      if (item.contains("buildStatus")) entry["build_state"] = item["buildStatus"];
      list.push_back(std::move(entry));
    }
    token = std::move(reply.next_token);
  } while (!token.empty());
  co_return dump(list);
}

Task<std::string> Builder::exists(std::string name) {
  const std::string path = split_name(name).path;
  if (const auto problem = name_problem(name)) {
    throw Error(SP_INVALID_ARGUMENT, *problem, "NAME_INVALID");
  }
  ApiCall call{"GET", "/templates/aliases/" + encode_part(path)};
  call.attempts = 5;
  std::optional<Error> failure;
  ApiReply reply;
  try {
    reply = co_await api_.send(std::move(call), 404);
  } catch (const Error& error) {
    // Somebody else's: it exists, and is not ours to use.
    if (error.code() != SP_PERMISSION_DENIED) throw;
    failure = error;
  }
  nlohmann::ordered_json json{{"exists", failure || reply.status < 400}};
  const Json body = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  if (!failure && reply.status < 400 && body.is_object()) {
    json["template_id"] = body.value("templateID", "");
  }
  co_return dump(json);
}

// The id of a template of ours with this name; empty when there is none.
Task<std::string> Builder::find_id(std::string name) {
  ApiCall call{"GET", "/templates/aliases/" + encode_part(name)};
  const ApiReply reply = co_await api_.send(std::move(call), 404);
  const Json body = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  co_return reply.status < 400 && body.is_object() ? body.value("templateID", "") : std::string();
}

Task<std::string> Builder::tag(std::string request) {
  const Json json = parse(request);
  const std::string name = json.value("name", "");
  const auto add = json.value("add", std::vector<std::string>{});
  const auto remove = json.value("remove", std::vector<std::string>{});
  if (const auto problem = name_problem(name)) {
    throw Error(SP_INVALID_ARGUMENT, *problem, "NAME_INVALID");
  }
  for (const auto& tags : {add, remove}) {
    for (const std::string& tag : tags) {
      if (const auto problem = tag_problem(tag)) {
        throw Error(SP_INVALID_ARGUMENT, *problem, "TAG_INVALID");
      }
    }
  }
  if (std::find(remove.begin(), remove.end(), "default") != remove.end()) {
    throw Error(SP_INVALID_ARGUMENT, "the tag \"default\" cannot be removed", "TAG_INVALID");
  }
  if (!add.empty()) {
    ApiCall call{"POST", "/templates/tags"};
    call.body = Json{{"target", name}, {"tags", add}}.dump();
    const ApiReply reply = co_await api_.send(std::move(call));
    static_cast<void>(reply);
  }
  if (!remove.empty()) {
    ApiCall call{"DELETE", "/templates/tags"};
    call.body = Json{{"name", split_name(name).path}, {"tags", remove}}.dump();
    const ApiReply reply = co_await api_.send(std::move(call));
    static_cast<void>(reply);
  }
  co_return "{}";
}

Task<void> Builder::remove(std::string name) {
  // Names that could not be any: ids have the same letters, so that both are tried.
  std::string id = co_await find_id(split_name(name).path);
  if (id.empty()) id = name;
  ApiCall call{"DELETE", "/templates/" + encode_part(id)};
  const ApiReply reply = co_await api_.send(std::move(call), 404);
  if (reply.status == 404) {
    throw Error(SP_NOT_FOUND, "no template \"" + name + "\"; `sandport template list` shows ours");
  }
}

}  // namespace e2b_template
