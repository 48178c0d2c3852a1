// A user's machine for one test: a home, a directory with manifests, the built plugins.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/program.hpp"

namespace sandport::testing {

class Workspace : public ::testing::Test {
 protected:
  Workspace();
  ~Workspace() override;

  [[nodiscard]] std::filesystem::path home() const { return directory_ / "home"; }
  [[nodiscard]] std::filesystem::path path(std::string_view name) const {
    return directory_ / name;
  }
  // Returns its path.
  std::string write(std::string_view name, std::string_view text) const;
  [[nodiscard]] static std::string read(const std::filesystem::path& file);

  // Options for a call: the environment, and where it starts.
  [[nodiscard]] ProgramOptions call(std::vector<std::string> arguments) const;
  [[nodiscard]] ProgramResult run(std::vector<std::string> arguments) const;
  [[nodiscard]] ProgramResult run(std::vector<std::string> arguments, std::string input) const;

  // The sandboxes that the local backend knows.
  [[nodiscard]] std::vector<std::string> sandboxes() const;
  // The newest session, as `session show --output json` has it; and what its export has.
  [[nodiscard]] nlohmann::json last_session() const;
  [[nodiscard]] std::string exported(const std::string& session) const;

  std::map<std::string, std::string> environment;

 private:
  std::filesystem::path directory_;
};

// A manifest of the scripted model and the local sandbox. `turns` is YAML, its items at column 0;
// `more` is further keys of the manifest.
[[nodiscard]] std::string scripted_manifest(std::string_view turns, std::string_view more = "");

// One call of bash_run as a turn.
[[nodiscard]] std::string shell_turn(std::string_view command);

// Lines of JSON.
[[nodiscard]] std::vector<nlohmann::json> json_lines(const std::string& text);

// How many lines of standard error begin with `sandport: `: what people are told went wrong.
[[nodiscard]] std::vector<std::string> complaints(const ProgramResult& result);

}  // namespace sandport::testing
