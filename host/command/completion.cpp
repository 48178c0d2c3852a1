// `sandport completion SHELL`: a script made from the command line's own definition.
#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>

#include "host/command/command.hpp"

namespace sandport {
namespace {

// "run", "session fork" and so on, each with what may follow it.
struct CommandWords {
  std::string path;
  std::string summary;
  std::string words;
};

void collect(const CLI::App& app, const std::string& path, std::vector<CommandWords>& found) {
  CommandWords entry{path, app.get_description(), {}};
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!child->get_name().empty()) entry.words += child->get_name() + ' ';
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) entry.words += "--" + name + ' ';
  }
  found.push_back(entry);
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (child->get_name().empty()) continue;
    collect(*child, path.empty() ? child->get_name() : path + ' ' + child->get_name(), found);
  }
}

std::string bash_script(const std::vector<CommandWords>& commands) {
  std::ostringstream out;
  out << "_sandport() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} path= word words=\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case $word in -*) ;; *) path=\"$path${path:+ }$word\" ;; esac\n"
         "  done\n"
         "  while :; do\n"
         "    case $path in\n";
  for (const CommandWords& command : commands) {
    out << "      '" << command.path << "') words='" << command.words << "' ;;\n";
  }
  out << "    esac\n"
         "    [[ -n $words || -z $path ]] && break\n"
         "    case $path in *' '*) path=${path% *} ;; *) path= ;; esac\n"
         "  done\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\") $(compgen -f -- \"$current\"))\n"
         "}\n"
         "complete -o filenames -F _sandport sandport\n";
  return out.str();
}

std::string zsh_script(const std::vector<CommandWords>& commands) {
  return "#compdef sandport\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script(commands);
}

std::string fish_script(const std::vector<CommandWords>& commands) {
  const auto quoted = [](const std::string& text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("\\'") : std::string(1, c);
    return result + "'";
  };
  std::ostringstream out;
  for (const CommandWords& command : commands) {
    std::string condition = "__fish_use_subcommand";
    if (!command.path.empty()) {
      condition.clear();
      std::istringstream parts(command.path);
      for (std::string part; parts >> part;) {
        condition += (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + part);
      }
    }
    std::istringstream words(command.words);
    for (std::string word; words >> word;) {
      out << "complete -c sandport -n " << quoted(condition);
      if (word.starts_with("--")) {
        out << " -l " << word.substr(2) << '\n';
      } else {
        out << " -a " << word << '\n';
      }
    }
  }
  return out.str();
}

}  // namespace

void add_completion(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* command = root.add_subcommand("completion", "Print a completion script for a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""));
  command->footer(
      "Examples:\n"
      "  source <(sandport completion bash)\n"
      "  sandport completion zsh > \"${fpath[1]}/_sandport\"\n"
      "  sandport completion fish > ~/.config/fish/completions/sandport.fish");
  command->callback([&root, &chosen, shell] {
    chosen.action = [&root, shell] {
      std::vector<CommandWords> commands;
      collect(root, "", commands);
      std::cout << (*shell == "bash"  ? bash_script(commands)
                    : *shell == "zsh" ? zsh_script(commands)
                                      : fish_script(commands));
      return ExitCode::kDone;
    };
  });
}

}  // namespace sandport
