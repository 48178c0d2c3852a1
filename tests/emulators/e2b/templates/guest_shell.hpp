// Runs commands in the machine that a template is built in.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/emulators/e2b/core/world.hpp"

namespace sandport::e2b_emulator {

struct GuestCommand {
  std::string script;  // for bash, as a login shell
  std::string user = "user";
  std::string directory;  // inside; empty: the user's home
  std::map<std::string, std::string> environment;
};

class GuestShell {
 public:
  using OnLine = std::function<void(std::string)>;

  // All must outlive it.
  GuestShell(World& world, EmulatedSandbox& machine, TemplateBuild& build)
      : world_(world), machine_(machine), build_(build) {}

  // The exit status; every line of the output goes to `on_line`. Throws HttpFailure for a user that
  // the machine does not have.
  [[nodiscard]] Task<int> run(GuestCommand command, OnLine on_line);
  // Not waited for.
  [[nodiscard]] Task<std::unique_ptr<Process>> start(GuestCommand command);
  // On this machine, outside; what it said when it fails.
  [[nodiscard]] Task<std::string> run_outside(std::vector<std::string> argv);
  // Where a path of the guest's lies on this machine.
  [[nodiscard]] std::string outside(const std::string& path) const;

 private:
  [[nodiscard]] ExecRequest request(const GuestCommand& command) const;
  [[nodiscard]] Task<int> follow(OnLine on_line);

  World& world_;
  EmulatedSandbox& machine_;
  TemplateBuild& build_;
};

}  // namespace sandport::e2b_emulator
