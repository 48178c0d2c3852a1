#include "core/agent/session_permissions.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <variant>

#include "core/error.hpp"

namespace sandport {

Decision SessionPermissions::decide(std::string_view tool, std::string_view arguments,
                                    Attendance attendance) const {
  if (!policy_) return {};
  PolicyRequest request;
  request.tool = tool;
  request.arguments_json = arguments;
  if (!work_dir_.empty()) request.work_dir = work_dir_;
  return policy_->decide(request, attendance, approved_);
}

void SessionPermissions::approve(const std::vector<std::string>& rules) {
  std::vector<Rule> approved = approved_;
  for (const std::string& text : rules) {
    auto parsed = parse_rule(text);
    if (const auto* problem = std::get_if<RuleProblem>(&parsed)) {
      throw Error(Code::kInvalidArgument,
                  fmt::format("`{}` is not a permission rule: {}", text, problem->message));
    }
    approved.push_back(std::get<Rule>(std::move(parsed)));
  }
  approved_ = std::move(approved);
}

std::vector<std::string> approved_rules(const Event& event) {
  std::vector<std::string> rules;
  if (event.type != event_type::kPermissionDecided) return rules;
  const auto payload = nlohmann::json::parse(event.payload_json, nullptr, false);
  if (!payload.is_object() || payload.value("decision", "") != "allow_session") return rules;
  for (const auto& rule : payload.value("session_rules", nlohmann::json::array())) {
    if (rule.is_string()) rules.push_back(rule.get<std::string>());
  }
  return rules;
}

}  // namespace sandport
