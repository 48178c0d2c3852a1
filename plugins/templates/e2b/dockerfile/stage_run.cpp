#include "../model/shell_quote.hpp"
#include "stage.hpp"

namespace e2b_template {
namespace {

// A delimiter that no line of the body is.
std::string free_delimiter(const std::string& body) {
  std::string delimiter = "END_OF_SCRIPT";
  while (("\n" + body).find("\n" + delimiter + "\n") != std::string::npos) delimiter += '_';
  return delimiter;
}

// A heredoc alone is a script; its first line may name what reads it.
std::string script(const Heredoc& heredoc) {
  if (!heredoc.body.starts_with("#!")) return heredoc.body;
  const auto end = heredoc.body.find('\n');
  const std::string interpreter = heredoc.body.substr(2, end - 2);
  const std::string body = heredoc.body.substr(end + 1);
  const std::string delimiter = free_delimiter(body);
  return interpreter + " <<'" + delimiter + "'\n" + body + delimiter + '\n';
}

}  // namespace

bool Stage::check_run_flags(const Instruction& run) {
  for (const auto& [name, value] : run.flags) {
    if (name == "network" && value == "default") continue;
    if (name == "security" && value == "sandbox") continue;
    refuse(run, name == "mount" ? "--mount: a build has no mounts; COPY what the command needs"
                                : "--" + name + " has no counterpart in a template");
    return false;
  }
  return true;
}

// The service runs commands in bash; another shell is called from there.
std::string Stage::in_shell(const std::string& command) const {
  if (shell_.empty()) return command;
  Words words = shell_;
  words.push_back(command);
  return shell_join(words);
}

void Stage::lower_run(const Instruction& run) {
  if (!check_run_flags(run)) return;
  if (const auto words = run.exec_form()) {
    if (words->empty()) {
      refuse(run, "an empty list");
      return;
    }
    recipe_.run({shell_join(*words)});
    return;
  }
  if (run.heredocs.empty()) {
    recipe_.run({in_shell(run.text)});
    return;
  }
  if (run.heredocs.size() == 1 && run.text == run.heredocs.front().marker) {
    recipe_.run({in_shell(script(run.heredocs.front()))});
    return;
  }
  // The shell reads heredocs itself.
  std::string command = run.text + '\n';
  for (const Heredoc& heredoc : run.heredocs) command += heredoc.body + heredoc.name + '\n';
  recipe_.run({in_shell(command)});
}

}  // namespace e2b_template
