// `sandport template status|exists|list|tag|delete`: one question to the service each.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json_text.hpp"
#include "host/command/template_access.hpp"
#include "host/command/template_commands.hpp"
#include "host/ui/table.hpp"
#include "host/ui/terminal.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

struct QueryArguments {
  BuilderArguments builder;
  OutputFormat format = OutputFormat::kText;
  std::string name;
  std::string build_id;
  std::vector<std::string> names;
  std::vector<std::string> add;
  std::vector<std::string> remove;
};

Json parse(const std::string& text) { return Json::parse(text, nullptr, false); }

void print_json(const Json& json) { std::cout << json_text(json, JsonLayout::kIndented) << '\n'; }

ExitCode status(const QueryArguments& arguments) {
  BuilderAccess access(arguments.builder);
  const std::string ids =
      Json{{"template_id", arguments.name}, {"build_id", arguments.build_id}}.dump();
  const Json answer = parse(access.wait(access.builder().status(ids)));
  const std::string state = answer.value("state", "");
  if (arguments.format == OutputFormat::kJson) {
    print_json(answer);
  } else {
    std::cout << state << '\n';
    if (answer.contains("reason")) std::cerr << printable(answer.value("reason", "")) << '\n';
  }
  return state == "error" ? ExitCode::kFailed : ExitCode::kDone;
}

ExitCode exists(const QueryArguments& arguments) {
  BuilderAccess access(arguments.builder);
  const Json answer = parse(access.wait(access.builder().exists(arguments.name)));
  const bool found = answer.value("exists", false);
  if (arguments.format == OutputFormat::kJson) {
    print_json(answer);
  } else {
    const std::string id = answer.value("template_id", "");
    std::cout << (!found       ? "no"
                  : id.empty() ? "yes, but it is somebody else's"
                               : "yes, " + printable(id))
              << '\n';
  }
  return found ? ExitCode::kDone : ExitCode::kFailed;
}

std::string names_of(const Json& entry) {
  std::string names;
  if (!entry.contains("names") || !entry["names"].is_array()) return "-";
  for (const Json& name : entry["names"]) {
    if (!name.is_string()) continue;
    if (!names.empty()) names += ", ";
    names += printable(name.get<std::string>());
  }
  return names.empty() ? "-" : names;
}

ExitCode list(const QueryArguments& arguments) {
  BuilderAccess access(arguments.builder);
  const Json answer = parse(access.wait(access.builder().list()));
  if (arguments.format == OutputFormat::kJson) {
    print_json(answer);
    return ExitCode::kDone;
  }
  std::vector<std::vector<std::string>> rows{{"TEMPLATE", "STATE", "CREATED", "NAMES"}};
  for (const Json& entry : answer) {
    rows.push_back({printable(entry.value("template_id", "")),
                    printable(entry.value("build_state", "-")),
                    printable(entry.value("created_at", "-")), names_of(entry)});
  }
  print_table(std::cout, rows);
  return ExitCode::kDone;
}

ExitCode tag(const QueryArguments& arguments) {
  if (arguments.add.empty() && arguments.remove.empty()) {
    throw Error(Code::kInvalidArgument, "which tags? give some, or --remove TAG");
  }
  BuilderAccess access(arguments.builder);
  const Json request{
      {"name", arguments.name}, {"add", arguments.add}, {"remove", arguments.remove}};
  access.wait(access.builder().tag(request.dump()));
  for (const std::string& made : arguments.add) std::cerr << "tagged " << made << '\n';
  for (const std::string& gone : arguments.remove) std::cerr << "removed tag " << gone << '\n';
  return ExitCode::kDone;
}

ExitCode remove(const QueryArguments& arguments) {
  BuilderAccess access(arguments.builder);
  for (const std::string& name : arguments.names) {
    access.wait(access.builder().remove(name));
    std::cerr << "deleted " << name << '\n';
  }
  return ExitCode::kDone;
}

}  // namespace

void add_template_queries(CLI::App& parent, ChosenCommand& chosen) {
  auto arguments = std::make_shared<QueryArguments>();
  const auto add = [&](const char* name, const char* summary,
                       ExitCode (*action)(const QueryArguments&), const char* examples) {
    CLI::App* command = parent.add_subcommand(name, summary);
    add_builder_arguments(*command, arguments->builder);
    command->footer(std::string("Examples:\n") + examples);
    command->callback(
        [&chosen, arguments, action] { chosen.action = [=] { return action(*arguments); }; });
    return command;
  };

  CLI::App* command = add("status", "Say how a build stands", status,
                          "  sandport template status TEMPLATE_ID BUILD_ID");
  command->add_option("TEMPLATE", arguments->name, "The template's id")->required();
  command->add_option("BUILD", arguments->build_id, "The build's id")->required();
  add_json_options(*command, arguments->format);

  command = add("exists", "Say whether a template of this name exists; the exit status too", exists,
                "  sandport template exists my-template && echo there");
  command->add_option("NAME", arguments->name, "Its name")->required();
  add_json_options(*command, arguments->format);

  command = add("list", "List our templates", list, "  sandport template list --json");
  add_json_options(*command, arguments->format);

  command = add("tag", "Give tags to the build that a name stands for, or remove them", tag,
                "  sandport template tag my-template:v1 stable\n"
                "  sandport template tag my-template --remove v0");
  command->add_option("NAME", arguments->name, "The template, [:tag] for one of its builds")
      ->required();
  command->add_option("TAG", arguments->add, "The tags to give");
  add_repeatable_option(*command, "--remove", arguments->remove, "TAG", "A tag to remove");

  command = add("delete", "Delete templates with all their builds", remove,
                "  sandport template delete my-template");
  command->add_option("NAME", arguments->names, "Their names or ids")->required();
}

}  // namespace sandport
