// What the tests of permissions share.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "core/policy/policy.hpp"

namespace sandport::testing {

inline std::vector<Rule> rules(std::initializer_list<const char*> texts) {
  std::vector<Rule> parsed;
  for (const char* text : texts) {
    auto rule = parse_rule(text);
    if (const auto* problem = std::get_if<RuleProblem>(&rule)) {
      ADD_FAILURE() << text << ": " << problem->message;
    } else {
      parsed.push_back(std::get<Rule>(rule));
    }
  }
  return parsed;
}

inline Decision decide_command(const PolicyRules& given, const std::string& command,
                               const std::vector<Rule>& approved = {}) {
  const std::string arguments = nlohmann::json{{"cmd", command}}.dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
  return Policy(given).decide({"bash_run", arguments, "/w"}, Attendance::kAttended, approved);
}

inline Decision decide_path(const PolicyRules& given, const char* tool, const std::string& path) {
  const std::string arguments = nlohmann::json{{"path", path}}.dump();
  return Policy(given).decide({tool, arguments, "/w"}, Attendance::kAttended);
}

}  // namespace sandport::testing
