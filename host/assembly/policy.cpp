#include "host/assembly/policy.hpp"

#include <iterator>

#include "core/error.hpp"

namespace sandport {
namespace {

std::vector<Rule> parse_rules(const std::vector<std::string>& texts) {
  std::vector<Rule> rules;
  for (const std::string& text : texts) {
    auto parsed = parse_rule(text);
    if (const auto* problem = std::get_if<RuleProblem>(&parsed)) {
      throw Error(Code::kInvalidArgument, text + ": " + problem->message);
    }
    rules.push_back(std::get<Rule>(std::move(parsed)));
  }
  return rules;
}

Action to_action(manifest::Decision decision) {
  switch (decision) {
    case manifest::Decision::kAllow:
      return Action::kAllow;
    case manifest::Decision::kAsk:
      return Action::kAsk;
    case manifest::Decision::kDeny:
      return Action::kDeny;
  }
  return Action::kDeny;
}

}  // namespace

std::shared_ptr<const Policy> make_policy(const manifest::PermissionRules& rules,
                                          Attendance attendance) {
  PolicyRules parsed;
  parsed.deny = parse_rules(rules.deny);
  parsed.ask = parse_rules(rules.ask);
  parsed.allow = parse_rules(rules.allow);
  const bool none = parsed.deny.empty() && parsed.ask.empty() && parsed.allow.empty();
  parsed.otherwise = none ? Action::kAllow : Action::kAsk;
  if (rules.otherwise) parsed.otherwise = to_action(*rules.otherwise);
  if (attendance == Attendance::kUnattended && rules.unattended == manifest::Decision::kAllow) {
    std::move(parsed.ask.begin(), parsed.ask.end(), std::back_inserter(parsed.allow));
    parsed.ask.clear();
    if (parsed.otherwise == Action::kAsk) parsed.otherwise = Action::kAllow;
  }
  return std::make_shared<const Policy>(std::move(parsed));
}

}  // namespace sandport
