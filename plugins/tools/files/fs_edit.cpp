#include <nlohmann/json.hpp>

#include "edit_file.hpp"
#include "tool_failure.hpp"
#include "tools.hpp"

namespace files {
namespace {

using nlohmann::json;
using sandport::Task;
using sandport::ToolResult;

std::string describe(const EditOutcome& outcome) {
  std::string text = outcome.replacements == 1
                         ? "1 replacement at line " + std::to_string(outcome.first_line)
                         : std::to_string(outcome.replacements) +
                               " replacements, the first at line " +
                               std::to_string(outcome.first_line);
  if (outcome.kept_crlf) text += " (CRLF line ends kept)";
  return text;
}

// Edits of one file, in the order in which they came, with their places in the request.
struct Group {
  FileEdits edits;
  std::vector<std::size_t> places;
};

std::vector<Group> group_by_file(const json& edits) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const auto path = edits[i].at("path").get<std::string>();
    auto group = groups.begin();
    while (group != groups.end() && group->edits.given != path) ++group;
    if (group == groups.end()) {
      groups.push_back({{path, {}}, {}});
      group = groups.end() - 1;
    }
    group->edits.edits.push_back(
        {edits[i].at("find"), edits[i].at("replace"), edits[i].value("replace_all", false)});
    group->places.push_back(i);
  }
  return groups;
}

struct Status {
  std::string path;
  std::string state;  // "applied", "failed" or "skipped"
  std::string text;
};

void fill(std::vector<Status>& statuses, const Group& group, const FileOutcome& outcome) {
  for (std::size_t i = 0; i < group.places.size(); ++i) {
    Status& status = statuses[group.places[i]];
    status.path = group.edits.given;
    if (outcome.error.empty()) {
      status.state = "applied";
      status.text = describe(outcome.outcomes[i]);
    } else if (i + 1 == outcome.outcomes.size() || (i == 0 && outcome.outcomes.empty())) {
      status.state = "failed";
      status.text = outcome.error;
    } else {
      status.state = "skipped";
      status.text = "another edit of this file failed, so the file is unchanged";
    }
  }
}

ToolResult to_result(const std::vector<Status>& statuses) {
  std::string text;
  json structured = json::array();
  bool failed = false;
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const Status& status = statuses[i];
    text += std::to_string(i + 1) + ". " + status.path + ": " + status.state + ": " + status.text +
            "\n";
    structured.push_back(
        {{"path", status.path}, {"status", status.state}, {"message", status.text}});
    failed = failed || status.state != "applied";
  }
  ToolResult result(text);
  result.set_structured(
      json{{"edits", structured}}.dump(-1, ' ', false, json::error_handler_t::replace));
  result.set_error(failed);
  return result;
}

}  // namespace

Task<ToolResult> fs_edit(sandport::Call& call, Toolbox& tools) {
  const json arguments = json::parse(call.args());
  FileEdits edits;
  edits.given = arguments.at("path").get<std::string>();
  edits.edits.push_back({arguments.at("old_string"), arguments.at("new_string"),
                         arguments.value("replace_all", false)});
  const std::string given = edits.given;
  const FileOutcome outcome = co_await edit_file(call, tools, std::move(edits));
  if (!outcome.error.empty()) {
    throw Refusal(outcome.outcomes.empty() ? outcome.error : given + ": " + outcome.error);
  }
  co_return "Edited " + given + ": " + describe(outcome.outcomes.front()) + ".";
}

Task<ToolResult> fs_multi_edit(sandport::Call& call, Toolbox& tools) {
  const json arguments = json::parse(call.args());
  const json& edits = arguments.at("edits");
  std::vector<Status> statuses(edits.size());
  for (const Group& group : group_by_file(edits)) {
    const FileOutcome outcome = co_await edit_file(call, tools, group.edits);
    fill(statuses, group, outcome);
  }
  co_return to_result(statuses);
}

}  // namespace files
