#include "host/assembly/policy_gate.hpp"

#include <vector>

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

class PolicyGate final : public PermissionGate {
 public:
  PolicyGate(std::shared_ptr<const Policy> policy, std::string work_dir, Attendance attendance)
      : policy_(std::move(policy)), work_dir_(std::move(work_dir)), attendance_(attendance) {}

  PermissionVerdict check(std::string_view tool, std::string_view arguments) override {
    PolicyRequest request;
    request.tool = tool;
    request.arguments_json = arguments;
    request.work_dir = work_dir_;
    const Decision decision = policy_->decide(request, attendance_, approved_);
    PermissionVerdict verdict;
    verdict.rule = decision.rule.empty() ? decision.key : decision.rule;
    if (decision.action == Action::kAllow) verdict.permission = Permission::kAllow;
    if (decision.action == Action::kAsk) verdict.permission = Permission::kAsk;
    if (decision.action == Action::kDeny) {
      verdict.permission = Permission::kDeny;
      verdict.rule = decision.reason;
    }
    if (!decision.session_rules.empty()) verdict.pattern = decision.session_rules.front();
    return verdict;
  }

  void allow_for_session(std::string_view pattern) override {
    for (Rule& rule : parse_rules({std::string(pattern)})) approved_.push_back(std::move(rule));
  }

 private:
  std::shared_ptr<const Policy> policy_;
  std::string work_dir_;
  Attendance attendance_;
  std::vector<Rule> approved_;
};

}  // namespace

std::shared_ptr<const Policy> make_policy(const manifest::PermissionRules& rules) {
  PolicyRules parsed;
  parsed.deny = parse_rules(rules.deny);
  parsed.ask = parse_rules(rules.ask);
  parsed.allow = parse_rules(rules.allow);
  const bool none = parsed.deny.empty() && parsed.ask.empty() && parsed.allow.empty();
  parsed.otherwise = none ? Action::kAllow : Action::kAsk;
  if (rules.otherwise) parsed.otherwise = to_action(*rules.otherwise);
  return std::make_shared<const Policy>(std::move(parsed));
}

std::shared_ptr<PermissionGate> make_policy_gate(std::shared_ptr<const Policy> policy,
                                                 std::string work_dir, Attendance attendance) {
  return std::make_shared<PolicyGate>(std::move(policy), std::move(work_dir), attendance);
}

}  // namespace sandport
