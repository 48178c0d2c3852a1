#include "stage.hpp"

#include <array>
#include <chrono>

#include "../model/ready_command.hpp"
#include "../model/shell_quote.hpp"

namespace e2b_template {
namespace {

// What says nothing about the files or the processes of a sandbox.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kWithoutEffect{
    {{"EXPOSE", "every port of a sandbox can be reached"},
     {"LABEL", "templates have no labels"},
     {"MAINTAINER", "templates have no labels"},
     {"STOPSIGNAL", "sandboxes are paused or ended as a whole"},
     {"VOLUME", "all of a sandbox's disk is kept"}}};

constexpr std::chrono::seconds kSettleTime{20};

}  // namespace

void Stage::refuse(const Instruction& instruction, const std::string& reason) {
  diagnostics_.error(instruction.place, instruction.keyword + ": " + reason);
}

std::optional<std::string> Stage::expanded(const Instruction& instruction, std::string_view word,
                                           Unknown unknown) {
  Expansion expansion = expand(word, escape_, variables_, unknown);
  if (expansion.problem.empty()) return std::move(expansion.text);
  refuse(instruction, expansion.problem);
  return std::nullopt;
}

void Stage::lower(const Instruction& instruction) {
  recipe_.set_place(instruction.place);
  const std::string& keyword = instruction.keyword;
  for (const auto& [name, reason] : kWithoutEffect) {
    if (name != keyword) continue;
    diagnostics_.warn(instruction.place, keyword + " is left out: " + std::string(reason));
    return;
  }
  if (keyword == "CMD") {
    lower_start(instruction, command_);
  } else if (keyword == "ENTRYPOINT") {
    lower_start(instruction, entrypoint_);
  } else if (keyword == "HEALTHCHECK") {
    if (instruction.text == "NONE") return;
    refuse(instruction, "templates have no health checks; a template file's `ready_cmd` waits");
  } else if (keyword == "ONBUILD") {
    refuse(instruction, "nothing is built from a template this way");
  } else {
    lower_step(instruction);
  }
}

void Stage::lower_step(const Instruction& instruction) {
  using Lower = void (Stage::*)(const Instruction&);
  constexpr std::array<std::pair<std::string_view, Lower>, 8> kSteps{
      {{"RUN", &Stage::lower_run},
       {"COPY", &Stage::lower_copy},
       {"ADD", &Stage::lower_copy},
       {"ENV", &Stage::lower_env},
       {"ARG", &Stage::lower_arg},
       {"USER", &Stage::lower_user},
       {"WORKDIR", &Stage::lower_work_dir},
       {"SHELL", &Stage::lower_shell}}};
  for (const auto& [name, lower_this] : kSteps) {
    if (name != instruction.keyword) continue;
    if (instruction.text.empty()) {
      refuse(instruction, "nothing follows it");
    } else {
      (this->*lower_this)(instruction);
    }
    return;
  }
  diagnostics_.error(instruction.place, "unknown instruction " + instruction.keyword);
}

void Stage::lower_env(const Instruction& env) {
  const auto words = split_words(env.text, escape_);
  std::vector<std::pair<std::string, std::string>> variables;
  const auto add = [&](std::string name, std::string_view raw) {
    if (!is_variable_name(name)) {
      refuse(env, "\"" + name + "\" is no name for a variable");
      return;
    }
    if (auto value = expanded(env, raw, Unknown::kKeep)) {
      variables.emplace_back(std::move(name), std::move(*value));
    }
  };
  if (words.front().find('=') == std::string::npos) {
    // The old form: a name, and all that follows is its value.
    const std::size_t start = env.text.find_first_not_of(" \t", words.front().size());
    if (start == std::string::npos) {
      refuse(env, "expected NAME=value");
      return;
    }
    add(words.front(), std::string_view(env.text).substr(start));
  } else {
    for (const std::string& word : words) {
      const auto equals = word.find('=');
      if (equals == std::string::npos) {
        refuse(env, "expected NAME=value, not \"" + word + "\"; quote values with blanks");
        continue;
      }
      add(word.substr(0, equals), std::string_view(word).substr(equals + 1));
    }
  }
  // Together: one value does not see another of the same instruction.
  for (const auto& [name, value] : variables) variables_[name] = value;
  recipe_.set_env(variables);
}

void Stage::lower_arg(const Instruction& arg) {
  std::vector<std::pair<std::string, std::string>> variables;
  for (const std::string& word : split_words(arg.text, escape_)) {
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (!is_variable_name(name)) {
      refuse(arg, "\"" + name + "\" is no name for a variable");
      continue;
    }
    std::string value;
    if (equals != std::string::npos) {
      auto given = expanded(arg, std::string_view(word).substr(equals + 1), Unknown::kKeep);
      if (!given) continue;
      value = std::move(*given);
    } else if (const auto global = globals_.find(name); global != globals_.end()) {
      value = global->second;
    }
    // An ENV of the same name wins.
    variables_.try_emplace(name, value);
    variables.emplace_back(name, std::move(value));
  }
  recipe_.set_env(variables);
}

void Stage::lower_user(const Instruction& user) {
  auto name = expanded(user, user.text, Unknown::kRefuse);
  if (!name) return;
  if (*name == "0" || *name == "0:0" || *name == "root:root") name = "root";
  if (name->find(':') != std::string::npos) {
    refuse(user, "a group cannot be chosen; write the user alone");
    return;
  }
  user_changed_ = true;
  recipe_.set_user(*name);
}

void Stage::lower_work_dir(const Instruction& work_dir) {
  const auto path = expanded(work_dir, work_dir.text, Unknown::kRefuse);
  if (!path) return;
  work_dir_changed_ = true;
  recipe_.set_work_dir(*path);
}

void Stage::lower_shell(const Instruction& shell) {
  const auto words = shell.exec_form();
  if (!words || words->empty()) {
    refuse(shell, "expected a JSON array such as [\"/bin/bash\", \"-c\"]");
    return;
  }
  shell_ = *words;
}

void Stage::lower_start(const Instruction& start, std::optional<Start>& into) {
  Start read;
  read.place = start.place;
  if (auto words = start.exec_form()) {
    into.reset();
    if (words->empty()) return;
    read.exec = std::move(*words);
  } else {
    read.shell = in_shell(start.text);
  }
  into = std::move(read);
}

// As Docker combines them: CMD's words follow those of ENTRYPOINT, unless that is for a shell.
std::string Stage::start_command() const {
  if (!entrypoint_) return command_->exec.empty() ? command_->shell : shell_join(command_->exec);
  if (entrypoint_->exec.empty()) return entrypoint_->shell;
  Words words = entrypoint_->exec;
  if (command_ && !command_->exec.empty()) {
    words.insert(words.end(), command_->exec.begin(), command_->exec.end());
  } else if (command_) {
    words.insert(words.end(), {"/bin/sh", "-c", command_->shell});
  }
  return shell_join(words);
}

void Stage::finish(const Place& place) {
  recipe_.set_place(place);
  if (!user_changed_) recipe_.set_user("user");
  if (!work_dir_changed_) recipe_.set_work_dir("/home/user");
  if (!command_ && !entrypoint_) return;
  recipe_.set_place(entrypoint_ ? entrypoint_->place : command_->place);
  recipe_.set_start(start_command(), wait_for_timeout(kSettleTime));
}

}  // namespace e2b_template
