#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/emulators/e2b/control/routes.hpp"
#include "tests/emulators/e2b/control/sandbox_json.hpp"
#include "tests/emulators/e2b/core/time_text.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;
using SandboxList = std::vector<std::shared_ptr<EmulatedSandbox>>;

std::set<std::string> wanted_states(const RequestTarget& target) {
  std::set<std::string> states;
  std::string text = target.parameter("state").value_or("running,paused");
  text += ',';
  for (std::size_t comma = 0; (comma = text.find(',')) != std::string::npos;
       text.erase(0, comma + 1)) {
    const std::string state = text.substr(0, comma);
    if (state != "running" && state != "paused") {
      throw HttpFailure(400, "validation error: there is no state \"" + state + "\"");
    }
    states.insert(state);
  }
  return states;
}

bool has_metadata(const EmulatedSandbox& sandbox,
                  const std::map<std::string, std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& entry) {
    const auto found = sandbox.metadata.find(entry.first);
    return found != sandbox.metadata.end() && found->second == entry.second;
  });
}

// Oldest first.
SandboxList filtered(const Call& call, const std::set<std::string>& states) {
  const RequestTarget& target = call.target;
  // Encoded as a whole once more than a query is, and each name and value in it again.
  const auto metadata =
      parse_query(percent_decode(target.parameter("metadata").value_or(""), Plus::kBlank));
  std::optional<WallTime> after;
  if (const auto text = target.parameter("startedAfter")) {
    after = parse_rfc3339(*text);
    if (!after) throw HttpFailure(400, "validation error: startedAfter is no date-time");
  }
  const std::string wanted_template = target.parameter("template").value_or("");
  if (wanted_template.find(':') != std::string::npos) {
    throw HttpFailure(400, "tags are not supported here because sandboxes are not tag-scoped");
  }
  SandboxList found;
  for (const std::string& id : call.world.order) {
    const auto sandbox = call.world.find(id);
    const bool paused = sandbox->state == VmState::kPaused;
    if (!states.contains(paused ? "paused" : "running")) continue;
    if (!has_metadata(*sandbox, metadata)) continue;
    if (after && sandbox->started_at < *after) continue;
    if (!wanted_template.empty() && sandbox->template_id != wanted_template &&
        sandbox->alias != wanted_template) {
      continue;
    }
    found.push_back(sandbox);
  }
  return found;
}

std::size_t page_size(const RequestTarget& target) {
  const std::string text = target.parameter("limit").value_or("100");
  std::size_t limit = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (end.ptr != text.data() + text.size() || limit < 1 || limit > 100) {
    throw HttpFailure(400, "validation error: limit must be between 1 and 100");
  }
  return limit;
}

Task<void> list_page(Call& call) {
  const auto states = wanted_states(call.target);
  SandboxList all = filtered(call, states);
  const std::string order = call.target.parameter("order").value_or("desc");
  if (order != "asc" && order != "desc") {
    throw HttpFailure(400, "validation error: unknown order \"" + order + "\"");
  }
  if (order == "desc") std::reverse(all.begin(), all.end());
  const auto total = std::count_if(all.begin(), all.end(), [](const auto& sandbox) {
    return sandbox->state == VmState::kRunning;
  });

  // A token is the id of the last sandbox of the page before; it may be gone by now.
  auto from = all.begin();
  if (const auto token = call.target.parameter("nextToken"); token && !token->empty()) {
    from = std::find_if(all.begin(), all.end(),
                        [&](const auto& sandbox) { return sandbox->id == *token; });
    if (from == all.end()) throw HttpFailure(400, "Invalid next token");
    ++from;
  }
  const auto count =
      std::min<std::size_t>(page_size(call.target), static_cast<std::size_t>(all.end() - from));
  json page = json::array();
  for (auto at = from; at != from + static_cast<std::ptrdiff_t>(count); ++at) {
    page.push_back(listed_json(**at));
  }
  std::string headers;
  if (states.contains("running")) headers = "X-Total-Running: " + std::to_string(total);
  if (from + static_cast<std::ptrdiff_t>(count) != all.end()) {
    headers += (headers.empty() ? "" : "\r\n") + std::string("X-Next-Token: ") +
               page.back()["sandboxID"].get<std::string>();
  }
  co_await call.reply(200, page, headers);
}

Task<void> list_running(Call& call) {
  json all = json::array();
  for (const auto& sandbox : filtered(call, {"running"})) all.push_back(listed_json(*sandbox));
  std::reverse(all.begin(), all.end());
  co_await call.reply(200, all);
}

Task<void> show(Call& call) {
  const auto sandbox = need_sandbox(call, call.parts[0]);
  co_await call.reply(200, detail_json(*sandbox));
}

}  // namespace

void add_read_routes(Routes& routes) {
  routes.add("GET", "/v2/sandboxes", list_page);
  routes.add("GET", "/sandboxes", list_running);
  routes.add("GET", "/sandboxes/{}", show);
}

}  // namespace sandport::e2b_emulator
