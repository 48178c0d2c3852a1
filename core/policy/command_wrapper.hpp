// Sees through commands that run other commands: sudo, env, xargs, sh -c and their like.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/policy/shell_split.hpp"

namespace sandport {

// What has to be allowed for a command that runs others.
enum class AllowedBy {
  kEither,  // itself, or all that it runs: it does nothing of its own
  kItself,  // it gives what it runs more rights
  kBoth,    // it acts by itself as well
};

// A simple command with what it would run in its turn.
struct CommandTree {
  SimpleCommand command;
  std::vector<CommandTree> inner;
  AllowedBy allowed_by = AllowedBy::kEither;
};

struct CommandTrees {
  std::vector<CommandTree> commands;
  std::optional<std::string> doubt;  // as in ShellSplit
};

[[nodiscard]] CommandTrees look_through(ShellSplit split);

}  // namespace sandport
