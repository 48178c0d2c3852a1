#include "core/policy/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/policy/command_wrapper.hpp"
#include "core/policy/principal.hpp"

namespace sandport {
namespace {

enum class Sure { kYes, kNo };

class Evaluation {
 public:
  Evaluation(const PolicyRules& rules, const std::vector<Rule>& approved,
             const PolicyRequest& request)
      : rules_(rules), approved_(approved), request_(request) {}

  Decision run();

 private:
  using Matches = std::function<Match(const Rule&)>;
  using Allows = std::function<bool(const Rule&)>;

  Decision command(const std::string& line);
  Decision tree(const CommandTree& node, bool whole_line_understood);
  Decision paths(const std::vector<std::string>& paths);
  Decision texts(const std::vector<std::string>& texts);
  Decision not_understood(const std::string& why, const std::string& shown);

  // deny > approved > ask > allow > otherwise, for one thing that rules can be about.
  Decision weigh(const std::string& shown, const Matches& matches, const Allows& allows) const;
  [[nodiscard]] Decision forbidden(const std::string& shown, const Matches& matches) const;
  [[nodiscard]] bool allowed(const std::vector<Rule>& rules, const Allows& allows) const;
  [[nodiscard]] Decision otherwise(const std::string& shown) const;
  [[nodiscard]] static Decision decided(Action action, const std::string& shown, const Rule& rule,
                                        const char* list, std::size_t index, Sure sure);
  [[nodiscard]] bool has_patterns(const std::vector<Rule>& rules) const;

  const PolicyRules& rules_;
  const std::vector<Rule>& approved_;
  const PolicyRequest& request_;
};

// The stricter one; of two alike the first, with what both would have to have approved.
Decision stricter(Decision first, Decision second) {
  if (second.action > first.action) {
    std::swap(first, second);
  }
  if (first.action == Action::kAsk && second.action == Action::kAsk) {
    if (first.session_rules.empty() || second.session_rules.empty()) {
      first.session_rules.clear();
    } else {
      for (std::string& rule : second.session_rules) {
        if (std::find(first.session_rules.begin(), first.session_rules.end(), rule) ==
            first.session_rules.end()) {
          first.session_rules.push_back(std::move(rule));
        }
      }
    }
  }
  return first;
}

// What only may be denied is asked about, but deny rules cannot be approved away.
bool may_be_approved(const Decision& decision) {
  return decision.action == Action::kAsk && !decision.key.starts_with("permissions.deny");
}

// A subcommand, so that `git push` can be approved without the rest of git.
bool is_subcommand(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char character) {
    return (character >= 'a' && character <= 'z') || character == '-' || character == '_';
  }) && word.front() != '-';
}

bool is_plain_pattern(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') ||
           std::string_view("_-./+:@%").find(character) != std::string_view::npos;
  });
}

std::vector<std::string> session_rule_for(std::string_view tool, const SimpleCommand& command) {
  const auto& words = command.words;
  if (words.empty() || !command.writes.empty() || !is_plain_pattern(words[0].text)) {
    return {};
  }
  const bool sub = words.size() > 1 && is_subcommand(words[1].text);
  return {
      fmt::format("{}({}{}{} *)", tool, words[0].text, sub ? " " : "", sub ? words[1].text : "")};
}

std::string shortened(std::string text) {
  constexpr std::size_t kMaximumShown = 120;
  if (text.size() > kMaximumShown) {
    std::size_t end = kMaximumShown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
      --end;
    }
    text.resize(end);
    text += "…";
  }
  std::replace_if(
      text.begin(), text.end(),
      [](char character) { return static_cast<unsigned char>(character) < ' '; }, ' ');
  return text;
}

Decision Evaluation::decided(Action action, const std::string& shown, const Rule& rule,
                             const char* list, std::size_t index, Sure sure) {
  Decision decision;
  decision.action = action;
  decision.rule = rule.text();
  decision.key = fmt::format("permissions.{}[{}]", list, index);
  const char* says = action == Action::kDeny ? "is denied by the rule"
                     : sure == Sure::kYes    ? "needs approval by the rule"
                                             : "needs approval: what it expands to may fall under";
  decision.reason =
      fmt::format("`{}` {} {} ({})", shortened(shown), says, rule.text(), decision.key);
  return decision;
}

Decision Evaluation::forbidden(const std::string& shown, const Matches& matches) const {
  Decision possible;
  for (std::size_t index = 0; index < rules_.deny.size(); ++index) {
    const Rule& rule = rules_.deny[index];
    if (!rule.is_for(request_.tool)) {
      continue;
    }
    const Match match = matches(rule);
    if (match == Match::kYes) {
      return decided(Action::kDeny, shown, rule, "deny", index, Sure::kYes);
    }
    if (match == Match::kPossible && possible.action == Action::kAllow) {
      possible = decided(Action::kAsk, shown, rule, "deny", index, Sure::kNo);
    }
  }
  return possible;
}

bool Evaluation::allowed(const std::vector<Rule>& rules, const Allows& allows) const {
  return std::any_of(rules.begin(), rules.end(),
                     [&](const Rule& rule) { return rule.is_for(request_.tool) && allows(rule); });
}

Decision Evaluation::otherwise(const std::string& shown) const {
  Decision decision;
  decision.action = rules_.otherwise;
  decision.key = "permissions.default";
  if (decision.action != Action::kAllow) {
    decision.reason =
        fmt::format("`{}` {}: no rule allows it (permissions.default)", shortened(shown),
                    decision.action == Action::kDeny ? "is denied" : "needs approval");
  }
  return decision;
}

Decision Evaluation::weigh(const std::string& shown, const Matches& matches,
                           const Allows& allows) const {
  Decision decision = forbidden(shown, matches);
  if (decision.action != Action::kAllow) {
    return decision;
  }
  if (allowed(approved_, allows)) {
    return {};
  }
  for (std::size_t index = 0; index < rules_.ask.size(); ++index) {
    const Rule& rule = rules_.ask[index];
    if (rule.is_for(request_.tool) && matches(rule) != Match::kNo) {
      const Sure sure = matches(rule) == Match::kYes ? Sure::kYes : Sure::kNo;
      return decided(Action::kAsk, shown, rule, "ask", index, sure);
    }
  }
  return allowed(rules_.allow, allows) ? Decision{} : otherwise(shown);
}

bool Evaluation::has_patterns(const std::vector<Rule>& rules) const {
  return std::any_of(rules.begin(), rules.end(), [this](const Rule& rule) {
    return rule.is_for(request_.tool) && !rule.matches_every_call();
  });
}

Decision Evaluation::not_understood(const std::string& why, const std::string& shown) {
  Decision decision = weigh(
      shown, [](const Rule& rule) { return rule.matches_every_call() ? Match::kYes : Match::kNo; },
      [](const Rule& rule) { return rule.matches_every_call(); });
  if (decision.action == Action::kAllow &&
      (has_patterns(rules_.deny) || has_patterns(rules_.ask))) {
    decision.action = Action::kAsk;
    decision.key = has_patterns(rules_.deny) ? "permissions.deny" : "permissions.ask";
    decision.reason = fmt::format("`{}` needs approval, as it cannot be checked against {}: {}",
                                  shortened(shown), decision.key, why);
  } else if (decision.action == Action::kAsk) {
    decision.reason += fmt::format("; no pattern can allow it: {}", why);
  }
  return decision;
}

Decision Evaluation::command(const std::string& line) {
  const CommandTrees trees = look_through(split_shell(line));
  Decision decision;
  for (const CommandTree& node : trees.commands) {
    decision = stricter(std::move(decision), tree(node, !trees.doubt));
  }
  if (trees.doubt && decision.action != Action::kDeny) {
    decision = stricter(not_understood(*trees.doubt, line), std::move(decision));
    decision.session_rules.clear();
  }
  return decision;
}

Decision Evaluation::tree(const CommandTree& node, bool whole_line_understood) {
  const SimpleCommand& whole = node.command;
  SimpleCommand bare{whole.assignments, whole.words, {}};
  const CommandText text = command_text(bare);
  const CommandText with_writes = command_text(whole);
  const bool writes = !whole.writes.empty();

  Decision inside;
  for (const CommandTree& inner : node.inner) {
    inside = stricter(std::move(inside), tree(inner, whole_line_understood));
  }
  if (inside.action == Action::kDeny) {
    return inside;
  }
  const auto matches = [&](const Rule& rule) {
    return std::max(rule.matches_command(text), rule.matches_command(with_writes));
  };
  const bool hidden =
      whole.words.empty() ? !writes : whole.words[0].text.find(kUnknownText) != std::string::npos;
  const bool redirected =
      std::any_of(whole.assignments.begin(), whole.assignments.end(), changes_what_runs);
  const bool harmless = whole.words.empty() && !writes && !redirected;
  const bool has_inner = !node.inner.empty();
  const auto itself = [&](const Rule& rule) {
    if (rule.matches_every_call() || harmless) {
      return true;
    }
    return !hidden && !redirected &&
           rule.allows_command(writes ? with_writes : text,
                               writes ? Rule::Writes::kSome : Rule::Writes::kNone);
  };
  Decision own =
      harmless ? forbidden(with_writes.shown, matches) : weigh(with_writes.shown, matches, itself);
  if (may_be_approved(own) && !redirected && !hidden) {
    own.session_rules = session_rule_for(request_.tool, whole);
  }
  if (!has_inner || own.action == Action::kDeny) {
    return own;
  }
  const bool inside_by_rule = inside.action == Action::kAsk && !inside.rule.empty();
  const bool own_by_rule = own.action == Action::kAsk && !own.rule.empty();
  switch (node.allowed_by) {
    case AllowedBy::kItself:
      return inside_by_rule ? stricter(std::move(own), std::move(inside)) : own;
    case AllowedBy::kBoth:
      return stricter(std::move(own), std::move(inside));
    case AllowedBy::kEither:
      break;
  }
  if (own.action == Action::kAllow && !inside_by_rule) {
    return own;
  }
  return own_by_rule || writes || redirected ? stricter(std::move(own), std::move(inside)) : inside;
}

Decision Evaluation::paths(const std::vector<std::string>& paths) {
  Decision decision;
  for (const std::string& path : paths) {
    const std::string shown =
        fmt::format("{} {}", request_.tool, path[0] == kUnknownText ? "~" + path.substr(1) : path);
    Decision one = weigh(
        shown, [&](const Rule& rule) { return rule.matches_path(path, request_.work_dir); },
        [&](const Rule& rule) { return rule.allows_path(path, request_.work_dir); });
    if (may_be_approved(one) && path.find_first_of("*?\\()") == std::string::npos &&
        path[0] != kUnknownText) {
      one.session_rules = {fmt::format("{}({})", request_.tool, path)};
    }
    decision = stricter(std::move(decision), std::move(one));
  }
  return decision;
}

Decision Evaluation::texts(const std::vector<std::string>& texts) {
  const auto matched = [&](const Rule& rule) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return rule.matches_text(text); });
  };
  Decision decision = weigh(
      std::string(request_.tool),
      [&](const Rule& rule) {
        return rule.matches_every_call() || matched(rule) ? Match::kYes : Match::kNo;
      },
      // One string that fits must not carry in another that does not.
      [&](const Rule& rule) {
        return rule.matches_every_call() ||
               (!texts.empty() && std::all_of(texts.begin(), texts.end(), [&](const auto& text) {
                 return rule.matches_text(text);
               }));
      });
  if (may_be_approved(decision)) {
    decision.session_rules = {std::string(request_.tool)};
  }
  return decision;
}

Decision Evaluation::run() {
  const Principal principal = principal_of(request_);
  switch (principal.kind) {
    case Principal::Kind::kCommand:
      return command(principal.values.front());
    case Principal::Kind::kPaths:
      return paths(principal.values);
    case Principal::Kind::kTexts:
      return texts(principal.values);
    case Principal::Kind::kUnreadable:
      break;
  }
  return not_understood("its arguments are not what the tool takes", std::string(request_.tool));
}

}  // namespace

Decision evaluate(const PolicyRules& rules, const std::vector<Rule>& approved,
                  const PolicyRequest& request) {
  return Evaluation(rules, approved, request).run();
}

}  // namespace sandport
