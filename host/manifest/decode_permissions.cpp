#include <fmt/format.h>

#include <string_view>
#include <variant>

#include "core/policy/rule.hpp"
#include "host/manifest/decode.hpp"
#include "host/manifest/field_reader.hpp"

namespace sandport::manifest {
namespace {

std::vector<std::string> read_rules(const FieldReader& reader, std::string_view key,
                                    Diagnostics& diagnostics) {
  const Node* list = reader.find(key);
  if (list != nullptr && list->kind == Node::Kind::kList) {
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      const Node& item = list->items[i];
      if (item.kind != Node::Kind::kString) continue;
      const auto parsed = parse_rule(item.text);
      if (const auto* problem = std::get_if<RuleProblem>(&parsed)) {
        diagnostics.add(item.location, child_path(reader.path_of(key), i),
                        fmt::format("at character {}: {}", problem->offset + 1, problem->message));
      }
    }
  }
  return reader.strings(key).value_or(std::vector<std::string>{});
}

std::optional<Decision> read_decision(const FieldReader& reader, std::string_view key) {
  const auto choice = reader.choice(key);
  if (!choice) return std::nullopt;
  if (*choice == "allow") return Decision::kAllow;
  return *choice == "ask" ? Decision::kAsk : Decision::kDeny;
}

}  // namespace

PermissionRules decode_permissions(const Node& map, Diagnostics& diagnostics) {
  const FieldReader reader(map, "permissions", permission_fields(), diagnostics);
  PermissionRules rules;
  rules.deny = read_rules(reader, "deny", diagnostics);
  rules.ask = read_rules(reader, "ask", diagnostics);
  rules.allow = read_rules(reader, "allow", diagnostics);
  rules.otherwise = read_decision(reader, "default");
  rules.unattended = read_decision(reader, "unattended");
  return rules;
}

}  // namespace sandport::manifest
