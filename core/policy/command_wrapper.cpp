#include "core/policy/command_wrapper.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "core/policy/command_text.hpp"
#include "core/policy/wildcard.hpp"

namespace sandport {
namespace {

using Words = std::vector<ShellWord>;

constexpr int kMaximumWrappers = 8;

// How to find the command in a wrapper's arguments: options first, then `skip` operands.
struct Wrapper {
  std::string_view name;
  std::string_view short_with_value;
  std::string_view long_with_value;  // each between spaces
  std::size_t skip = 0;
  bool assignments = false;  // NAME=value operands come before the command
  bool privileged = false;
};

constexpr std::array kWrappers = {
    Wrapper{"env", "uC", " --unset --chdir ", 0, true},
    Wrapper{
        "sudo", "CDghpRrTtUu",
        " --close-from --chdir --group --host --prompt --chroot --role --command-timeout --type "
        "--other-user --user ",
        0, true, true},
    Wrapper{"doas", "Cu", "", 0, false, true},
    Wrapper{"pkexec", "", " --user ", 0, false, true},
    Wrapper{"chroot", "", "", 1, false, true},
    Wrapper{"timeout", "ks", " --kill-after --signal ", 1},
    Wrapper{"nohup", "", ""},
    Wrapper{"setsid", "", ""},
    Wrapper{"nice", "n", " --adjustment "},
    Wrapper{"ionice", "cnpPu", " --class --classdata --pid --pgid --uid "},
    Wrapper{"stdbuf", "ioe", " --input --output --error "},
    Wrapper{"time", "fo", " --format --output "},
    Wrapper{"command", "", ""},
    Wrapper{"builtin", "", ""},
    Wrapper{"exec", "a", ""},
    Wrapper{"busybox", "", ""},
    Wrapper{"xargs", "adEILnPs",
            " --arg-file --delimiter --max-lines --max-args --max-procs --max-chars "
            "--process-slot-var "},
    Wrapper{"flock", "wEx", " --wait --timeout --conflict-exit-code ", 1},
};

template <std::size_t Size>
bool is_one_of(std::string_view name, const std::array<std::string_view, Size>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_shell(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kShells = {"sh",  "bash", "dash", "zsh",
                                                              "ksh", "ash",  "mksh"};
  return is_one_of(name, kShells);
}

bool is_unknown(const ShellWord& word) { return word.text.find(kUnknownText) != std::string::npos; }

// Each `part` of the word is replaced by text that is not known yet.
void hide(ShellWord& word, std::string_view part) {
  std::size_t at = part.empty() ? std::string::npos : word.text.find(part);
  while (at != std::string::npos) {
    word.text.replace(at, part.size(), 1, kUnknownText);
    at = word.text.find(part, at + 1);
  }
}

// What xargs puts its input in place of.
std::string replaced_by_xargs(const Words& options) {
  for (std::size_t at = 1; at < options.size(); ++at) {
    const std::string& option = options[at].text;
    if (option.starts_with("-I")) {
      return option.size() > 2         ? option.substr(2)
             : at + 1 < options.size() ? options[at + 1].text
                                       : "";
    }
    if (option.starts_with("--replace=")) {
      return option.substr(10);
    }
    if (option == "--replace" || option.starts_with("-i")) {
      return option.size() > 2 && option[1] == 'i' ? option.substr(2) : "{}";
    }
  }
  return {};
}

class LookThrough {
 public:
  explicit LookThrough(std::optional<std::string>& doubt) : doubt_(doubt) {}

  CommandTree see(SimpleCommand command, int depth);

 private:
  void see_wrapper(const Wrapper& wrapper, CommandTree& tree, int depth);
  void see_shell(CommandTree& tree, int depth);
  void see_find(CommandTree& tree, int depth);
  void see_joined(CommandTree& tree, std::size_t from, int depth);
  void see_script(CommandTree& tree, const ShellWord& script, int depth);
  void see_words(CommandTree& tree, Words words, std::vector<std::string> assignments, int depth);
  void doubt(std::string why) {
    if (!doubt_) {
      doubt_ = std::move(why);
    }
  }

  std::optional<std::string>& doubt_;
};

CommandTree LookThrough::see(SimpleCommand command, int depth) {
  CommandTree tree{std::move(command), {}, AllowedBy::kEither};
  const Words& words = tree.command.words;
  if (words.empty() || is_unknown(words[0])) {
    return tree;
  }
  const std::string_view name = base_name(words[0].text);
  const auto* wrapper = std::find_if(kWrappers.begin(), kWrappers.end(),
                                     [name](const Wrapper& known) { return known.name == name; });
  if (depth > kMaximumWrappers) {
    doubt("commands within commands are nested too deeply to check");
  } else if (wrapper != kWrappers.end()) {
    see_wrapper(*wrapper, tree, depth);
  } else if (is_shell(name) || name == "su") {
    see_shell(tree, depth);
  } else if (name == "eval") {
    see_joined(tree, 1, depth);
  } else if (name == "trap" && words.size() > 1) {
    see_script(tree, words[1], depth);
  } else if (name == "find") {
    see_find(tree, depth);
  } else if (name == "watch" || name == "parallel" || name == "script") {
    doubt("what \"" + std::string(name) + "\" runs cannot be checked");
  }
  return tree;
}

void LookThrough::see_wrapper(const Wrapper& wrapper, CommandTree& tree, int depth) {
  tree.allowed_by = wrapper.privileged ? AllowedBy::kItself : AllowedBy::kEither;
  const Words& words = tree.command.words;
  std::size_t at = 1;
  for (; at < words.size() && words[at].text.starts_with('-') && words[at].text != "-"; ++at) {
    const std::string& option = words[at].text;
    if (option == "--") {
      ++at;
      break;
    }
    if (wrapper.name == "command" && (option == "-v" || option == "-V")) {
      return;  // only tells where a command is
    }
    if (wrapper.name == "env" &&
        (option.starts_with("--split-string") ||
         (!option.starts_with("--") && option.find('S') != std::string::npos))) {
      doubt("what \"env -S\" runs cannot be checked");
      return;
    }
    if (option.starts_with("--")) {
      at += wrapper.long_with_value.find(" " + option + " ") == std::string_view::npos ? 0 : 1;
      continue;
    }
    const std::size_t valued = option.find_first_of(wrapper.short_with_value, 1);
    at += valued == option.size() - 1 ? 1 : 0;
  }
  at += wrapper.skip;
  std::vector<std::string> assignments = tree.command.assignments;
  for (; wrapper.assignments && at < words.size() && words[at].text.find('=') != std::string::npos;
       ++at) {
    assignments.push_back(words[at].text);
  }
  const auto first = words.begin() + static_cast<std::ptrdiff_t>(std::min(at, words.size()));
  if (std::any_of(words.begin() + 1, first, is_unknown)) {
    doubt("what \"" + std::string(wrapper.name) + "\" runs depends on an expansion");
  }
  Words inner(first, words.end());
  if (wrapper.name == "time" && !inner.empty() && inner.front().text == "!") {
    inner.erase(inner.begin());
  }
  if (wrapper.name == "xargs" && !inner.empty()) {
    const std::string replaced = replaced_by_xargs({words.begin(), first});
    for (ShellWord& word : inner) {
      hide(word, replaced);
    }
    inner.push_back({std::string(1, kUnknownText), false, true});
  }
  see_words(tree, std::move(inner), std::move(assignments), depth);
}

void LookThrough::see_words(CommandTree& tree, Words words, std::vector<std::string> assignments,
                            int depth) {
  if (!words.empty()) {
    tree.inner.push_back(see({std::move(assignments), std::move(words), {}}, depth + 1));
  }
}

// sh -c SCRIPT, with other options before and after the -c. Without it a shell reads a file or its
// input, which cannot be seen: then only a rule for the shell itself allows it.
void LookThrough::see_shell(CommandTree& tree, int depth) {
  const Words& words = tree.command.words;
  const bool is_su = base_name(words[0].text) == "su";
  tree.allowed_by = is_su ? AllowedBy::kItself : AllowedBy::kEither;
  if (std::any_of(words.begin() + 1, words.end(), is_unknown)) {
    doubt("what a shell runs depends on an expansion");
    return;
  }
  bool script_next = false;
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string& word = words[at].text;
    if (word == "--command" || (word.starts_with("--") && word.size() > 2)) {
      doubt("a shell with long options cannot be checked");
      return;
    }
    if (word.size() > 1 && (word[0] == '-' || word[0] == '+')) {
      script_next = script_next || (word[0] == '-' && word.find('c') != std::string::npos);
      at += word.find_first_of("oO") == std::string::npos ? 0 : 1;
    } else if (script_next) {
      see_script(tree, words[at], depth);
      return;
    } else if (!is_su) {
      return;
    }
  }
}

void LookThrough::see_find(CommandTree& tree, int depth) {
  tree.allowed_by = AllowedBy::kBoth;
  static constexpr std::array<std::string_view, 4> kActions = {"-exec", "-execdir", "-ok",
                                                               "-okdir"};
  const Words& words = tree.command.words;
  for (std::size_t at = 1; at < words.size(); ++at) {
    if (!is_one_of(words[at].text, kActions)) {
      continue;
    }
    Words inner;
    for (++at; at < words.size() && words[at].text != ";" && words[at].text != "+"; ++at) {
      inner.push_back(words[at]);
      hide(inner.back(), "{}");  // the names of the files that were found
    }
    see_words(tree, std::move(inner), tree.command.assignments, depth);
  }
}

void LookThrough::see_joined(CommandTree& tree, std::size_t from, int depth) {
  ShellWord script;
  for (std::size_t at = from; at < tree.command.words.size(); ++at) {
    script.text += (at == from ? "" : " ") + tree.command.words[at].text;
  }
  see_script(tree, script, depth);
}

void LookThrough::see_script(CommandTree& tree, const ShellWord& script, int depth) {
  if (is_unknown(script)) {
    doubt("what a shell runs depends on an expansion");
    return;
  }
  if (script.text.find_first_not_of(" \t\n-") == std::string::npos) {
    return;  // `eval ""`, `trap - INT`
  }
  ShellSplit split = split_shell(script.text);
  if (split.doubt) {
    doubt(std::move(*split.doubt));
  }
  for (SimpleCommand& command : split.commands) {
    // What the outer command sets holds for the inner ones too.
    command.assignments.insert(command.assignments.begin(), tree.command.assignments.begin(),
                               tree.command.assignments.end());
    tree.inner.push_back(see(std::move(command), depth + 1));
  }
}

}  // namespace

CommandTrees look_through(ShellSplit split) {
  CommandTrees trees;
  trees.doubt = std::move(split.doubt);
  LookThrough eyes(trees.doubt);
  for (SimpleCommand& command : split.commands) {
    trees.commands.push_back(eyes.see(std::move(command), 0));
  }
  return trees;
}

}  // namespace sandport
