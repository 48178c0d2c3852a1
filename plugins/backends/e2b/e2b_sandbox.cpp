#include "e2b_sandbox.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sandport/when_all.hpp>

#include "json_access.hpp"
#include "process/found_process.hpp"
#include "process/script_run.hpp"
#include "process/scripts.hpp"

namespace sandport_e2b {
namespace {

using Json = nlohmann::json;
using sandport::Error;
using sandport::Task;

constexpr const char* kOpening = "opening a sandbox";

// Where envd thinks that a path leads.
Task<std::string> resolve(const Envd& envd, std::string path) {
  RpcCall call("filesystem.Filesystem/Stat", Json{{"path", path}}.dump(), kOpening);
  call.user = envd.user_for("");
  const std::string reply = co_await envd.call(std::move(call));
  const Json json = parse_reply(reply, kOpening);
  const Json* entry = member(json, "entry");
  co_return entry == nullptr ? std::string() : text_of(*entry, "path");
}

Task<std::string> make_work_dir(const Envd& envd, std::string path) {
  RpcCall call("filesystem.Filesystem/MakeDir", Json{{"path", path}}.dump(),
               "making the work directory");
  call.user = envd.user_for("");
  std::optional<Error> failure;
  try {
    const std::string reply = co_await envd.call(std::move(call));
    const Json json = parse_reply(reply, kOpening);
    const Json* entry = member(json, "entry");
    co_return entry == nullptr ? path : text_of(*entry, "path");
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    failure.emplace(as_file_error(error, path));
  }
  if (failure->code() != SP_ALREADY_EXISTS) throw Error(*failure);
  if (path.starts_with('/')) co_return path;
  auto where = co_await resolve(envd, path);
  co_return where;
}

Json listed_journal(std::string_view line) {
  const auto take = [&line] {
    const auto tab = line.find('\t');
    std::string field(line.substr(0, tab));
    line.remove_prefix(tab == std::string_view::npos ? line.size() : tab + 1);
    return field;
  };
  const std::string pid = take();
  const std::string running = take();
  const std::string exit = take();
  Json info = Json::parse(line, nullptr, false);
  if (!info.is_object()) info = Json::object();
  if (text_of(info, "tag").empty()) info.erase("tag");
  info["pid"] = std::atoll(pid.c_str());
  info["running"] = running == "1";
  if (running != "1" && !exit.empty()) {
    info["exit_code"] = exit == "timeout" ? 137 : std::atoi(exit.c_str());
  }
  return info;
}

// What envd calls a process of ours, as its user would.
Json listed_process(const Json& process) {
  Json entry{{"pid", number_of(process, "pid")}, {"running", true}};
  if (const auto tag = text_of(process, "tag"); !tag.empty()) entry["tag"] = tag;
  const Json* config = member(process, "config");
  if (config == nullptr) return entry;
  if (const auto cwd = text_of(*config, "cwd"); !cwd.empty()) entry["cwd"] = cwd;
  Json argv = Json::array({text_of(*config, "cmd")});
  const Json* args = member(*config, "args");
  if (args != nullptr && args->is_array()) {
    for (const Json& word : *args) argv.push_back(word);
  }
  // sh -c SCRIPT KEY command…
  const std::string script =
      argv.size() > 3 && argv[2].is_string() ? argv[2].get<std::string>() : "";
  if (scripts::runs_user_command(script)) {
    argv.erase(argv.begin(), argv.begin() + 4);
  } else if (script == scripts::kDetached || script == scripts::kFollow ||
             script == scripts::kProcesses || script == scripts::kSignal) {
    return nullptr;  // not the user's
  }
  entry["argv"] = std::move(argv);
  return entry;
}

}  // namespace

E2bSandbox::E2bSandbox(sandport::Host host, const Options& options, const ControlApi& api,
                       Address address, Access access)
    : options_(options),
      api_(api),
      host_(host),
      envd_(host, options, api, std::move(address), std::move(access)),
      life_(envd_),
      processes_{envd_, life_, {}},
      files_(envd_, life_),
      watch_(envd_, life_),
      pause_(envd_, life_),
      snapshot_(envd_, *this),
      metrics_(envd_),
      network_(envd_) {}

Task<std::string> E2bSandbox::open(std::string work_dir, StringMap env, std::string details) {
  env_ = std::move(env);
  if (work_dir.empty()) work_dir = options_.work_dir;
  auto home = resolve(envd_, "~");
  auto place = work_dir.empty() ? resolve(envd_, "") : make_work_dir(envd_, work_dir);
  const auto found = co_await sandport::when_all(std::move(home), std::move(place));
  context_.home = std::get<0>(found);
  context_.work_dir = std::get<1>(found).empty() ? context_.home : std::get<1>(found);
  context_.user = envd_.user_for("");
  processes_.journals = (context_.home == "/" ? "" : context_.home) + "/.sandport/processes";
  Json json = Json::parse(details, nullptr, false);
  if (!json.is_object()) json = Json::object();
  if (const auto end = parse_time(text_of(json, "endAt"))) {
    life_.set_end(end);
  } else if (const auto known = life_.end()) {
    json["endAt"] = format_time(*known);
  }
  json["sandboxID"] = id();
  co_return dump(describe(json, context_));
}

Task<std::string> E2bSandbox::info() {
  Json details{{"sandboxID", id()}};
  if (!options_.debug) {
    bool ended = false;
    try {
      const std::string text = co_await api_.get(id());
      details = parse_reply(text, "looking at a sandbox");
    } catch (const Error& error) {
      if (error.code() != SP_NOT_FOUND) throw;
      ended = true;
    }
    if (ended) details["state"] = "ended";
    if (const auto end = parse_time(text_of(details, "endAt"))) life_.set_end(end);
  }
  co_return dump(describe(details, context_));
}

sandport::ExecRequest E2bSandbox::completed(sandport::ExecRequest request) const {
  if (request.cwd.empty()) request.cwd = context_.work_dir;
  sandport::Pairs env(env_.begin(), env_.end());
  env.insert(env.end(), request.env.begin(), request.env.end());
  request.env = std::move(env);
  return request;
}

std::shared_ptr<sandport::Process> E2bSandbox::exec(sandport::ExecRequest request) {
  if (request.lifetime == sandport::Lifetime::kDetached) {
    return std::make_shared<JournalledProcess>(processes_, completed(std::move(request)));
  }
  return std::make_shared<LiveProcess>(processes_, completed(std::move(request)), std::nullopt);
}

std::shared_ptr<sandport::Process> E2bSandbox::exec(sandport::ExecRequest request,
                                                    sandport::TerminalSize size) {
  return std::make_shared<LiveProcess>(processes_, completed(std::move(request)), size);
}

std::shared_ptr<sandport::Process> E2bSandbox::attach(sandport::AttachRequest request) {
  if (request.tag.empty()) return std::make_shared<FoundProcess>(processes_, std::move(request));
  return std::make_shared<JournalledProcess>(processes_, std::move(request));
}

Task<std::string> E2bSandbox::processes() {
  ScriptCall script(scripts::kProcesses, "listing background commands");
  script.start.arguments = words(processes_.journals);
  script.repeat = Repeat::kSafe;
  RpcCall call("process.Process/List", "{}", "listing processes");
  auto journals = run_script(envd_, std::move(script));
  auto running = envd_.call(std::move(call));
  const auto both = co_await sandport::when_all(std::move(journals), std::move(running));
  Json found = Json::array();
  std::string_view lines = std::get<0>(both).out;
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    if (end > 0) found.push_back(listed_journal(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  const Json answer = parse_reply(std::get<1>(both), "listing processes");
  const Json* processes = member(answer, "processes");
  if (processes != nullptr && processes->is_array()) {
    for (const Json& process : *processes) {
      Json entry = listed_process(process);
      if (entry.is_object()) found.push_back(std::move(entry));
    }
  }
  co_return dump(found);
}

Task<std::string> E2bSandbox::host_url(std::uint32_t port) {
  if (port == 0 || port > 65535) {
    throw Error(SP_INVALID_ARGUMENT,
                "E2B: " + std::to_string(port) + " is no port; ports are 1 to 65535");
  }
  Json headers = Json::object();
  if (const auto token = envd_.access().traffic_token; !token.empty()) {
    headers["e2b-traffic-access-token"] = token;
  }
  co_return dump({{"url", port_url(envd_.address(), port)}, {"headers", std::move(headers)}});
}

Task<void> E2bSandbox::set_timeout(std::chrono::milliseconds remaining) {
  return life_.set(remaining);
}

Task<void> E2bSandbox::dispose() {
  if (!options_.debug) co_await api_.kill(id());
}

Task<sandport::CreatedSandbox> E2bSandbox::adopt_fork(std::string text) {
  const Json json = parse_reply(text, "forking a sandbox");
  Address address(options_, text_of(json, "sandboxID"), text_of(json, "domain"));
  auto fork =
      std::make_unique<E2bSandbox>(host_, options_, api_, std::move(address), access_of(json));
  fork->life_.set_end(host_.now() + options_.life());
  std::exception_ptr failure;
  std::string info;
  try {
    info = co_await fork->open(context_.work_dir, env_, text);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    auto ending = api_.kill(fork->id());
    co_await sandport::shield(std::move(ending));
    std::rethrow_exception(failure);
  }
  co_return sandport::CreatedSandbox{std::move(fork), std::move(info)};
}

}  // namespace sandport_e2b
