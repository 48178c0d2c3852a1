#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/control/routes.hpp"
#include "tests/emulators/e2b/core/time_text.hpp"
#include "tests/emulators/e2b/templates/build_template.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

constexpr std::size_t kPage = 100;

std::string random_uuid() {
  std::string uuid;
  for (const std::size_t length : {8, 4, 4, 4, 12}) {
    if (!uuid.empty()) uuid += '-';
    for (const char c : random_id(length)) uuid += static_cast<char>(c > 'f' ? 'a' + c % 6 : c);
  }
  return uuid;
}

bool is_alias(const std::string& text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
}

BuiltTemplate& need_template(Call& call, const std::string& name) {
  BuiltTemplate* found = call.world.template_store.find(name);
  if (found == nullptr) throw HttpFailure(404, "template '" + name + "' not found");
  return *found;
}

std::shared_ptr<TemplateBuild> need_build(Call& call) {
  const auto found = call.world.template_store.builds.find(call.parts[1]);
  if (found == call.world.template_store.builds.end() ||
      found->second->template_id != call.parts[0]) {
    throw HttpFailure(404, "build '" + call.parts[1] + "' not found");
  }
  return found->second;
}

// `name[:tag]` and `tags`: every tag now stands for the new build.
void point_tags(BuiltTemplate& made, const std::string& tag, const Words& more,
                const std::string& build) {
  if (!tag.empty()) made.tags[tag] = build;
  for (const std::string& name : more) made.tags[name] = build;
  if (tag.empty() && more.empty()) made.tags["default"] = build;
  made.tags.try_emplace("default", build);
}

Task<void> create_template(Call& call) {
  const json body = co_await call.read_json();
  std::string name = body.value("name", "");
  const std::size_t colon = name.find(':');
  const std::string tag = colon == std::string::npos ? "" : name.substr(colon + 1);
  name = name.substr(0, colon);
  if (!is_alias(name)) throw HttpFailure(400, "validation error: invalid template name");
  TemplateStore& store = call.world.template_store;
  BuiltTemplate* made = store.find(name);
  if (made == nullptr) {
    BuiltTemplate fresh;
    fresh.id = random_id(20);
    fresh.alias = name;
    fresh.created_at = std::chrono::system_clock::now();
    made = &store.templates.emplace(fresh.id, fresh).first->second;
  }
  made->cpu_count = body.value("cpuCount", made->cpu_count);
  made->memory_mb = body.value("memoryMB", made->memory_mb);
  const auto build = std::make_shared<TemplateBuild>(call.world.executor, random_uuid(), made->id);
  store.builds[build->id] = build;
  made->builds.push_back(build->id);
  const Words tags = body.value("tags", Words{});
  point_tags(*made, tag, tags, build->id);
  json reply{{"templateID", made->id}, {"buildID", build->id}, {"public", false}};
  reply["names"] = Words{name};
  reply["aliases"] = Words{name};
  reply["tags"] = tags;
  co_await call.reply(202, reply);
}

Task<void> start_build(Call& call) {
  json body = co_await call.read_json();
  const auto build = need_build(call);
  if (body.contains("fromImage") == body.contains("fromTemplate")) {
    throw HttpFailure(400, "validation error: one of fromImage and fromTemplate is needed");
  }
  if (build->state != BuildState::kWaiting) {
    throw HttpFailure(400, "build is not in waiting state");
  }
  const Words builds = need_template(call, build->template_id).builds;
  for (const std::string& id : builds) {
    const auto other = call.world.template_store.builds.at(id);
    if (other != build && other->running) co_await cancel_build(other);
  }
  build->running = true;
  auto work = build_template(call.world, build, std::move(body));
  boost::asio::co_spawn(call.world.executor, std::move(work), boost::asio::detached);
  co_await call.reply_empty(202);
}

const char* state_name(BuildState state) {
  switch (state) {
    case BuildState::kWaiting:
      return "waiting";
    case BuildState::kBuilding:
      return "building";
    case BuildState::kReady:
      return "ready";
    case BuildState::kError:
      return "error";
  }
  return "";
}

json build_entry_json(const BuildEntry& entry) {
  json told{{"timestamp", rfc3339(entry.time)}, {"level", entry.level}, {"message", entry.message}};
  if (!entry.step.empty()) told["step"] = entry.step;
  return told;
}

Task<void> build_status(Call& call) {
  const auto build = need_build(call);
  const std::size_t offset = std::stoul(call.target.parameter("logsOffset").value_or("0"));
  const std::size_t limit =
      std::min<std::size_t>(kPage, std::stoul(call.target.parameter("limit").value_or("100")));
  json reply{{"templateID", build->template_id},
             {"buildID", build->id},
             {"status", state_name(build->state)}};
  reply["logs"] = json::array();
  reply["logEntries"] = json::array();
  for (std::size_t i = offset; i < build->entries.size() && i < offset + limit; ++i) {
    reply["logs"].push_back(build->entries[i].message);
    reply["logEntries"].push_back(build_entry_json(build->entries[i]));
  }
  if (build->state == BuildState::kError) {
    reply["reason"] = {{"message", build->reason}, {"step", build->reason_step}};
  }
  co_await call.reply(200, reply);
}

Task<void> find_alias(Call& call) {
  const BuiltTemplate& made = need_template(call, call.parts[0]);
  const json reply = json{{"templateID", made.id}, {"public", false}};
  co_await call.reply(200, reply);
}

Task<void> list_templates(Call& call) {
  json page = json::array();
  for (const auto& [id, made] : call.world.template_store.templates) {
    const auto build = call.world.template_store.builds.at(made.builds.back());
    json entry{{"templateID", id},
               {"buildID", build->id},
               {"buildStatus", state_name(build->state)},
               {"cpuCount", made.cpu_count},
               {"memoryMB", made.memory_mb},
               {"public", false},
               {"createdAt", rfc3339(made.created_at)}};
    entry["names"] = Words{made.alias};
    entry["aliases"] = Words{made.alias};
    page.push_back(std::move(entry));
  }
  co_await call.reply(200, page);
}

Task<void> list_tags(Call& call) {
  const BuiltTemplate& made = need_template(call, call.parts[0]);
  json tags = json::array();
  for (const auto& [tag, build] : made.tags) {
    tags.push_back({{"tag", tag}, {"buildID", build}, {"createdAt", rfc3339(made.created_at)}});
  }
  co_await call.reply(200, tags);
}

Task<void> add_tags(Call& call) {
  const json body = co_await call.read_json();
  const std::string target = body.value("target", "");
  BuiltTemplate& made = need_template(call, target);
  const std::size_t colon = target.find(':');
  const auto build =
      made.tags.find(colon == std::string::npos ? "default" : target.substr(colon + 1));
  if (build == made.tags.end()) throw HttpFailure(404, "tag of '" + target + "' not found");
  const std::string id = build->second;
  const Words tags = body.value("tags", Words{});
  for (const std::string& tag : tags) made.tags[tag] = id;
  const json reply = json{{"buildID", id}, {"tags", tags}};
  co_await call.reply(201, reply);
}

Task<void> remove_tags(Call& call) {
  const json body = co_await call.read_json();
  BuiltTemplate& made = need_template(call, body.value("name", ""));
  for (const std::string& tag : body.value("tags", Words{})) {
    if (tag == "default") throw HttpFailure(400, "the default tag cannot be removed");
    if (made.tags.erase(tag) == 0) throw HttpFailure(404, "tag '" + tag + "' not found");
  }
  co_await call.reply_empty(204);
}

}  // namespace

Task<bool> remove_template(Call& call) {
  TemplateStore& store = call.world.template_store;
  BuiltTemplate* found = store.find(call.parts[0]);
  if (found == nullptr) co_return false;
  const BuiltTemplate gone = *found;
  for (const std::string& id : gone.builds) co_await cancel_build(store.builds.at(id));
  for (const std::string& id : gone.builds) store.builds.erase(id);
  store.templates.erase(gone.id);
  std::unique_ptr<Snapshot> files;
  for (auto& snapshot : call.world.snapshots) {
    if (snapshot->id == gone.id) files = std::exchange(snapshot, nullptr);
  }
  std::erase(call.world.snapshots, nullptr);
  if (files) co_await files->holder->dispose();
  co_await call.reply_empty(204);
  co_return true;
}

void add_template_routes(Routes& routes) {
  routes.add("POST", "/v3/templates", create_template);
  routes.add("POST", "/v2/templates/{}/builds/{}", start_build);
  routes.add("GET", "/templates/{}/builds/{}/status", build_status);
  routes.add("GET", "/templates/aliases/{}", find_alias);
  routes.add("GET", "/v2/templates", list_templates);
  routes.add("GET", "/templates/{}/tags", list_tags);
  routes.add("POST", "/templates/tags", add_tags);
  routes.add("DELETE", "/templates/tags", remove_tags);
}

}  // namespace sandport::e2b_emulator
