// `sandport doctor`: what this installation has, and what is wrong with it.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/session/home.hpp"
#include "core/session/store.hpp"
#include "host/command/command.hpp"
#include "host/plugin/registry.hpp"
#include "host/plugin/search_path.hpp"
#include "host/ui/terminal.hpp"
#include "host/version.hpp"

namespace sandport {
namespace {

struct Check {
  std::string name;
  std::string finding;
  std::string advice;  // empty: nothing to do
};

Check check_home() {
  try {
    const std::filesystem::path home = home_directory();
    make_private_directory(home);
    const auto space = std::filesystem::space(home);
    constexpr std::uintmax_t kLittle = std::uintmax_t{100} << 20;
    if (space.available < kLittle) {
      return {"home", home.string(), "less than 100 MiB are free there: make room"};
    }
    return {"home", home.string(), ""};
  } catch (const Error& error) {
    return {"home", error.what(), "set SANDPORT_HOME to a directory of yours"};
  }
}

Check check_sessions() {
  try {
    const std::vector<std::string> problems = check_store(home_directory());
    if (problems.empty()) return {"sessions", "whole", ""};
    return {"sessions", problems.front(),
            "move sessions.db away to start anew, or restore it from a backup"};
  } catch (const Error& error) {
    return {"sessions", error.what(), "see the message"};
  }
}

void check_plugins(std::vector<Check>& checks) {
  PluginRegistry registry(plugin_search_path());
  std::string folders;
  for (const auto& folder : registry.search_path())
    folders += (folders.empty() ? "" : ", ") + folder.string();
  checks.push_back({"plugin path", folders.empty() ? "no folder exists" : folders,
                    folders.empty() ? "set SANDPORT_PLUGIN_PATH" : ""});
  std::size_t loaded = 0;
  for (const ListedPlugin& listed : registry.list()) {
    if (listed.plugin == nullptr) {
      checks.push_back({"plugin", listed.problem, "repair or remove the file"});
    } else {
      ++loaded;
    }
  }
  checks.push_back({"plugins", std::to_string(loaded) + " can be loaded",
                    loaded == 0 ? "install plugins into a folder of the plugin path" : ""});
}

ExitCode doctor(OutputFormat format) {
  std::vector<Check> checks{{"version", std::string(version()), ""}};
  checks.push_back(check_home());
  checks.push_back(check_sessions());
  check_plugins(checks);

  bool healthy = true;
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  const Terminal terminal = Terminal::standard_output();
  for (const Check& check : checks) {
    const bool fine = check.advice.empty();
    healthy = healthy && fine;
    if (format == OutputFormat::kJson) {
      array.push_back({{"name", check.name},
                       {"ok", fine},
                       {"finding", check.finding},
                       {"advice", check.advice}});
      continue;
    }
    std::cout << (fine ? terminal.styled(Style::kGreen, "ok  ")
                       : terminal.styled(Style::kRed, "BAD "))
              << check.name << ": " << printable(check.finding);
    if (!fine) std::cout << "\n    " << check.advice;
    std::cout << '\n';
  }
  if (format == OutputFormat::kJson) {
    std::cout << array.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  }
  return healthy ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

void add_doctor(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* command =
      root.add_subcommand("doctor", "Check this installation: home, sessions, plugins");
  auto format = std::make_shared<OutputFormat>(OutputFormat::kText);
  add_json_output_option(*command, *format);
  command->footer("Example:\n  sandport doctor --output json");
  command->callback([&chosen, format] { chosen.action = [=] { return doctor(*format); }; });
}

}  // namespace sandport
