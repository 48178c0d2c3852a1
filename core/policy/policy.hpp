// Decides whether a tool call may run: deny, ask or allow.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/rule.hpp"

namespace sandport {

enum class Action { kAllow, kAsk, kDeny };

struct PolicyRules {
  std::vector<Rule> deny;
  std::vector<Rule> ask;
  std::vector<Rule> allow;
  // For what no rule is about. Without permissions in the manifest it is kAllow; with some it is
  // kAsk, unless `permissions.default` says otherwise.
  Action otherwise = Action::kAllow;
};

struct PolicyRequest {
  std::string_view tool;
  std::string_view arguments_json;  // the text of one JSON object
  std::string_view work_dir = "/";  // absolute; what relative paths are below
};

enum class Attendance {
  kAttended,
  kUnattended,  // nobody can be asked, so what would ask is denied
};

struct Decision {
  Action action = Action::kAllow;
  // For kAsk and kDeny: one sentence for the user and the model, with the rule and the manifest
  // key.
  std::string reason = {};
  std::string rule = {};  // the text of the rule that decided, or empty
  std::string key = {};   // where it is in the manifest, such as permissions.deny[0]
  // For kAsk: rules that, approved for the session, would allow this call. May be empty, when no
  // pattern can be trusted to.
  std::vector<std::string> session_rules = {};
};

// A command is split as a shell would, and every simple command in it must be allowed; one denied
// denies all. deny beats what was approved for the session, which beats ask, which beats allow.
// What cannot be understood is never allowed by a pattern. Immutable, so safe from any thread.
//
// Rules are about names, and a sandbox is the boundary: a program can do by itself what a rule
// forbids to do by its name.
class Policy {
 public:
  Policy() = default;  // allows everything
  explicit Policy(PolicyRules rules) : rules_(std::move(rules)) {}

  // `approved` is what the user has allowed for this session so far.
  [[nodiscard]] Decision decide(const PolicyRequest& request, Attendance attendance,
                                const std::vector<Rule>& approved = {}) const;

 private:
  PolicyRules rules_;
};

}  // namespace sandport
