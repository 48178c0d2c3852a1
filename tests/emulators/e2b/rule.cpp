#include "tests/emulators/e2b/rule.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.hpp"

namespace sandport::e2b_emulator {
namespace {

struct FaultName {
  Fault fault;
  std::string_view name;
};

constexpr std::array<FaultName, 14> kFaultNames{{
    {Fault::kStatus, "status"},
    {Fault::kHtml, "html"},
    {Fault::kDrop, "drop"},
    {Fault::kLostReply, "lost_reply"},
    {Fault::kStall, "stall"},
    {Fault::kSlowRead, "slow_read"},
    {Fault::kDelay, "delay"},
    {Fault::kGarbage, "garbage"},
    {Fault::kHalfFrame, "half_frame"},
    {Fault::kNoEndFrame, "no_end_frame"},
    {Fault::kGiantFrame, "giant_frame"},
    {Fault::kSilence, "silence"},
    {Fault::kPauseSandbox, "pause_sandbox"},
    {Fault::kExpireSandbox, "expire_sandbox"},
}};

[[noreturn]] void refuse_rule(const std::string& why) {
  throw Error(Code::kInvalidArgument, "a rule: " + why);
}

Fault fault_from(const std::string& name) {
  for (const FaultName& known : kFaultNames) {
    if (known.name == name) return known.fault;
  }
  refuse_rule("there is no fault '" + name + "'");
}

// `*` in the pattern is any text.
bool matches_pattern(std::string_view text, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return text == pattern;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (std::size_t skip = 0; skip <= text.size(); ++skip) {
    if (matches_pattern(text.substr(skip), pattern)) return true;
  }
  return false;
}

}  // namespace

std::string_view fault_name(Fault fault) {
  for (const FaultName& known : kFaultNames) {
    if (known.fault == fault) return known.name;
  }
  return "unknown";
}

Rule rule_from_json(const nlohmann::json& json) {
  static const std::set<std::string> members{"fault", "method", "path",    "after",
                                             "count", "status", "headers", "body",
                                             "bytes", "frames", "delay_ms"};
  if (!json.is_object()) refuse_rule("not an object");
  for (const auto& [name, value] : json.items()) {
    if (!members.contains(name)) refuse_rule("there is no member '" + name + "'");
  }
  Rule rule;
  try {
    rule.fault = fault_from(json.at("fault").get<std::string>());
    rule.method = json.value("method", "");
    rule.path = json.value("path", "");
    rule.after = json.value("after", rule.after);
    rule.count = json.value("count", rule.count);
    rule.status = json.value("status", rule.fault == Fault::kHtml ? 502 : rule.status);
    rule.headers = json.value("headers", rule.headers);
    rule.body = json.value("body", "");
    rule.bytes = json.value("bytes", rule.bytes);
    rule.frames = json.value("frames", rule.frames);
    rule.delay = std::chrono::milliseconds(json.value("delay_ms", 0));
  } catch (const nlohmann::json::exception& error) {
    refuse_rule(error.what());
  }
  return rule;
}

void Rules::add(Rule rule) { rules_.push_back({std::move(rule)}); }

std::optional<Rule> Rules::match(std::string_view method, std::string_view path) {
  for (Counted& counted : rules_) {
    const Rule& rule = counted.rule;
    if (!rule.method.empty() && rule.method != method) continue;
    if (!rule.path.empty() && !matches_pattern(path, rule.path)) continue;
    const int number = counted.seen++;
    if (number < rule.after) continue;
    if (rule.count >= 0 && number >= rule.after + rule.count) continue;
    return rule;
  }
  return std::nullopt;
}

}  // namespace sandport::e2b_emulator
