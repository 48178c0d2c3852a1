// The instructions of a Dockerfile's one stage, lowered one after the other. Private to lower.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "../model/recipe.hpp"
#include "lexer.hpp"
#include "words.hpp"

namespace e2b_template {

// A CMD or an ENTRYPOINT.
struct Start {
  std::vector<std::string> exec;  // empty when it is for a shell
  std::string shell;
  Place place;
};

class Stage {
 public:
  // `globals` are the ARGs in front of FROM.
  Stage(char escape, Variables globals, Recipe& recipe, Diagnostics& diagnostics)
      : escape_(escape), globals_(std::move(globals)), recipe_(recipe), diagnostics_(diagnostics) {}

  void lower(const Instruction& instruction);
  // After the last: the user, the directory and the start command.
  void finish(const Place& place);

 private:
  void lower_step(const Instruction& instruction);
  void lower_run(const Instruction& run);
  void lower_copy(const Instruction& copy);
  void lower_env(const Instruction& env);
  void lower_arg(const Instruction& arg);
  void lower_user(const Instruction& user);
  void lower_work_dir(const Instruction& work_dir);
  void lower_shell(const Instruction& shell);
  void lower_start(const Instruction& start, std::optional<Start>& into);

  [[nodiscard]] bool check_run_flags(const Instruction& run);
  [[nodiscard]] bool check_copy_flags(const Instruction& copy, CopyOptions& options);
  [[nodiscard]] bool check_copy_sources(const Instruction& copy, Words& sources,
                                        const std::string& destination);
  [[nodiscard]] std::string in_shell(const std::string& command) const;
  // Nothing, and a diagnostic, when it cannot be expanded.
  [[nodiscard]] std::optional<std::string> expanded(const Instruction& instruction,
                                                    std::string_view word, Unknown unknown);
  [[nodiscard]] std::string start_command() const;

  void refuse(const Instruction& instruction, const std::string& reason);

  char escape_;
  Variables globals_;
  Variables variables_;
  Recipe& recipe_;
  Diagnostics& diagnostics_;
  Words shell_;  // empty: the service's own
  std::optional<Start> command_;
  std::optional<Start> entrypoint_;
  bool user_changed_ = false;
  bool work_dir_changed_ = false;
};

}  // namespace e2b_template
