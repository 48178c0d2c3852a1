#include "step_reader.hpp"

#include <algorithm>
#include <array>

#include "../files/source_pattern.hpp"
#include "../model/shell_quote.hpp"

namespace e2b_template {
namespace {

struct Operation {
  YamlKey key;
  std::string_view main;  // the argument that the key's value is, when it is no map of arguments
  std::span<const YamlKey> arguments;
  void (*apply)(const MapReader& map, StepContext& context);
};

constexpr YamlKey kUser{"user"};
constexpr YamlKey kForce{"force"};
constexpr YamlKey kGlobal{"global", "g"};
constexpr YamlKey kFrom{"from", "src source target path"};
constexpr YamlKey kTo{"to", "dest destination link"};

constexpr std::array kRunArguments{YamlKey{"command", "cmd commands"}, kUser};
constexpr std::array kCopyArguments{YamlKey{"src", "from source sources"},
                                    YamlKey{"dest", "to destination"},
                                    kUser,
                                    YamlKey{"mode"},
                                    YamlKey{"resolve_symlinks"},
                                    YamlKey{"force_upload"},
                                    YamlKey{"ignore"},
                                    YamlKey{"gzip"}};
constexpr std::array kListArguments{YamlKey{"items"}};
constexpr std::array kEnvArguments{YamlKey{"variables"}};
constexpr std::array kNameArguments{YamlKey{"name"}};
constexpr std::array kPathArguments{YamlKey{"path"}};
constexpr std::array kAptArguments{YamlKey{"packages"}, YamlKey{"no_install_recommends"},
                                   YamlKey{"fix_missing"}};
constexpr std::array kPipArguments{YamlKey{"packages"}, kGlobal};
constexpr std::array kNpmArguments{YamlKey{"packages"}, kGlobal, YamlKey{"dev"}};
constexpr std::array kGitArguments{YamlKey{"url"}, YamlKey{"path"}, YamlKey{"branch"},
                                   YamlKey{"depth"}, kUser};
constexpr std::array kMkdirArguments{YamlKey{"path", "paths"}, YamlKey{"mode"}, kUser};
constexpr std::array kRemoveArguments{YamlKey{"path", "paths"}, YamlKey{"recursive"}, kForce,
                                      kUser};
constexpr std::array kMoveArguments{kFrom, kTo, kForce, kUser};

// A list that must not be empty.
Words required_words(const MapReader& map, std::string_view key) {
  const YamlNode* node = map.find(key);
  if (node == nullptr || (node->kind == YamlNode::Kind::kList && node->items.empty())) {
    map.error(map.place(key), std::string(key) + ": nothing is given");
  }
  return map.words(key);
}

Scope scope(const MapReader& map, bool otherwise) {
  return map.flag("global", otherwise) ? Scope::kGlobal : Scope::kUser;
}

Dependency dependency(const MapReader& map) {
  return map.flag("dev") ? Dependency::kDevelopment : Dependency::kNormal;
}

void apply_run(const MapReader& map, StepContext& context) {
  context.recipe.run(required_words(map, "command"), map.text("user"));
}

void apply_copy(const MapReader& map, StepContext& context) {
  CopyOptions options;
  options.user = map.text("user");
  options.mode = map.mode("mode");
  options.resolve_symlinks = map.flag("resolve_symlinks");
  options.force_upload = map.flag("force_upload");
  options.ignore = map.words("ignore");
  if (!map.flag("gzip", true)) {
    map.error(map.place("gzip"), "gzip: the service unpacks gzip only; leave this key out");
  }
  const Words sources = required_words(map, "src");
  check_sources(map, "src", sources);
  context.recipe.copy(sources, map.required("dest"), options);
}

void apply_copy_items(const MapReader& map, StepContext& context) {
  const YamlNode* items = map.find("items");
  if (items == nullptr || items->kind != YamlNode::Kind::kList) {
    map.error(map.place(), "copy_items: expected a list of `src: …` and `dest: …`");
    return;
  }
  for (const YamlNode& item : items->items) {
    if (!item.is_map()) {
      map.error(item.place, "expected `src: …` and `dest: …`");
      continue;
    }
    const MapReader copy{item, kCopyArguments, context.diagnostics};
    context.recipe.set_place(item.place);
    apply_copy(copy, context);
  }
}

void apply_env(const MapReader& map, StepContext& context) {
  context.recipe.set_env(read_variables(map, "variables"));
}

void apply_user(const MapReader& map, StepContext& context) {
  context.recipe.set_user(map.required("name"));
}

void apply_work_dir(const MapReader& map, StepContext& context) {
  context.recipe.set_work_dir(map.required("path"));
}

void apply_apt(const MapReader& map, StepContext& context) {
  const AptOptions options{map.flag("no_install_recommends"), map.flag("fix_missing")};
  const Words packages = read_packages(map, "packages");
  if (packages.empty()) map.error(map.place(), "apt: name a package");
  context.recipe.apt_install(packages, options);
}

void apply_pip(const MapReader& map, StepContext& context) {
  context.recipe.pip_install(read_packages(map, "packages"), scope(map, true));
}

void apply_npm(const MapReader& map, StepContext& context) {
  context.recipe.npm_install(read_packages(map, "packages"), scope(map, false), dependency(map));
}

void apply_bun(const MapReader& map, StepContext& context) {
  context.recipe.bun_install(read_packages(map, "packages"), scope(map, false), dependency(map));
}

void apply_git(const MapReader& map, StepContext& context) {
  GitOptions options;
  options.path = map.text("path");
  options.branch = map.text("branch");
  options.depth = map.integer("depth", 1, 1'000'000'000).value_or(0);
  options.user = map.text("user");
  context.recipe.git_clone(map.required("url"), options);
}

void apply_mcp(const MapReader& map, StepContext& context) {
  if (context.from_template != "mcp-gateway") {
    map.error(map.place(), "MCP servers need `from_template: mcp-gateway`");
  }
  context.recipe.add_mcp_servers(required_words(map, "items"));
}

void apply_mkdir(const MapReader& map, StepContext& context) {
  context.recipe.make_dir(required_words(map, "path"), map.mode("mode"), map.text("user"));
}

void apply_remove(const MapReader& map, StepContext& context) {
  const RemoveOptions options{map.flag("recursive"), map.flag("force"), map.text("user")};
  context.recipe.remove(required_words(map, "path"), options);
}

void apply_rename(const MapReader& map, StepContext& context) {
  context.recipe.rename(map.required("from"), map.required("to"), map.flag("force"),
                        map.text("user"));
}

void apply_symlink(const MapReader& map, StepContext& context) {
  context.recipe.make_symlink(map.required("from"), map.required("to"), map.flag("force"),
                              map.text("user"));
}

void apply_prebuild(const MapReader& map, StepContext& context) {
  if (context.from_template != "devcontainer") {
    map.error(map.place(), "development containers need `from_template: devcontainer`");
  }
  context.recipe.devcontainer_prebuild(map.required("path"));
}

void apply_skip_cache(const MapReader&, StepContext& context) { context.recipe.skip_cache(); }

constexpr std::array kFlagArguments{YamlKey{"on"}};

constexpr std::array kOperations{
    Operation{{"run", "run_cmd cmd"}, "command", kRunArguments, apply_run},
    Operation{{"copy"}, "src", kCopyArguments, apply_copy},
    Operation{{"copy_items"}, "items", kListArguments, apply_copy_items},
    Operation{{"env", "envs set_envs"}, "variables", kEnvArguments, apply_env},
    Operation{{"work_dir", "workdir set_workdir"}, "path", kPathArguments, apply_work_dir},
    Operation{{"apt", "apt_install apt_packages"}, "packages", kAptArguments, apply_apt},
    Operation{{"pip", "pip_install pip_packages"}, "packages", kPipArguments, apply_pip},
    Operation{{"npm", "npm_install npm_packages"}, "packages", kNpmArguments, apply_npm},
    Operation{{"bun", "bun_install bun_packages"}, "packages", kNpmArguments, apply_bun},
    Operation{{"git_clone", "git"}, "url", kGitArguments, apply_git},
    Operation{{"mcp_servers", "add_mcp_server add_mcp_servers mcp_server"},
              "items",
              kListArguments,
              apply_mcp},
    Operation{{"mkdir", "make_dir"}, "path", kMkdirArguments, apply_mkdir},
    Operation{{"remove", "rm"}, "path", kRemoveArguments, apply_remove},
    Operation{{"rename", "move mv"}, "from", kMoveArguments, apply_rename},
    Operation{{"symlink", "make_symlink"}, "from", kMoveArguments, apply_symlink},
    Operation{{"devcontainer_prebuild", "beta_dev_container_prebuild"},
              "path",
              kPathArguments,
              apply_prebuild},
    Operation{{"skip_cache"}, "on", kFlagArguments, apply_skip_cache},
    // Last: beside another key it is that one's argument.
    Operation{{"user", "set_user"}, "name", kNameArguments, apply_user}};

std::vector<YamlKey> operation_keys() {
  std::vector<YamlKey> keys;
  for (const Operation& operation : kOperations) keys.push_back(operation.key);
  return keys;
}

const Operation* find_operation(std::string_view key) {
  const std::string snake = snake_case(key);
  const auto* found =
      std::find_if(kOperations.begin(), kOperations.end(),
                   [&](const Operation& operation) { return is_key(operation.key, snake); });
  return found == kOperations.end() ? nullptr : found;
}

struct Chosen {
  const Operation* operation = nullptr;
  const YamlEntry* entry = nullptr;
  bool skips_cache = false;
};

// `user` and `skip_cache` may stand beside what the step does.
int weight(const Operation* operation) {
  if (operation == nullptr) return 0;
  if (operation->apply == apply_skip_cache) return 1;
  return operation->apply == apply_user ? 2 : 3;
}

Chosen choose(const YamlNode& step, Diagnostics& diagnostics) {
  Chosen chosen;
  for (const YamlEntry& entry : step.entries) {
    const Operation* operation = find_operation(entry.key);
    if (operation == nullptr) continue;
    if (operation->apply == apply_skip_cache) chosen.skips_cache = entry.value.text == "true";
    if (weight(operation) == 3 && weight(chosen.operation) == 3) {
      diagnostics.error(entry.place,
                        "a step does one thing; \"" + chosen.entry->key + "\" is there already");
    } else if (weight(operation) > weight(chosen.operation)) {
      chosen.operation = operation;
      chosen.entry = &entry;
    }
  }
  return chosen;
}

// Arguments stand in a map under the step's key, beside it, or both.
YamlNode collect_arguments(const YamlNode& step, const Chosen& chosen) {
  YamlNode arguments;
  arguments.kind = YamlNode::Kind::kMap;
  arguments.place = chosen.entry->place;
  const YamlNode& value = chosen.entry->value;
  if (value.is_map() && chosen.operation->apply != apply_env) {
    arguments.entries = value.entries;
  } else {
    arguments.entries.push_back({std::string(chosen.operation->main), chosen.entry->place, value});
  }
  for (const YamlEntry& entry : step.entries) {
    if (&entry == chosen.entry || snake_case(entry.key) == "skip_cache") continue;
    arguments.entries.push_back(entry);
  }
  return arguments;
}

void read_step(const YamlNode& step, StepContext& context) {
  if (step.kind == YamlNode::Kind::kScalar && snake_case(step.text) == "skip_cache") {
    context.recipe.skip_cache();
    return;
  }
  if (!step.is_map() || step.entries.empty()) {
    context.diagnostics.error(step.place, "expected a step such as `run: make install`");
    return;
  }
  const Chosen chosen = choose(step, context.diagnostics);
  if (chosen.operation == nullptr) {
    const YamlEntry& first = step.entries.front();
    const auto keys = operation_keys();
    const auto like = nearest(snake_case(first.key), keys);
    context.diagnostics.error(first.place,
                              "no step \"" + first.key + '"' +
                                  (like ? "; did you mean \"" + *like + "\"?" : std::string()));
    return;
  }
  if (chosen.skips_cache) context.recipe.skip_cache();
  if (chosen.operation->apply == apply_skip_cache) return;
  context.recipe.set_place(chosen.entry->place);
  const YamlNode arguments = collect_arguments(step, chosen);
  const MapReader map{arguments, chosen.operation->arguments, context.diagnostics};
  chosen.operation->apply(map, context);
}

}  // namespace

void read_steps(const YamlNode& steps, StepContext& context) {
  if (steps.kind != YamlNode::Kind::kList) {
    context.diagnostics.error(steps.place, "steps: expected a list");
    return;
  }
  for (const YamlNode& step : steps.items) read_step(step, context);
}

std::vector<std::pair<std::string, std::string>> read_variables(const MapReader& map,
                                                                std::string_view key) {
  auto variables = map.text_map(key);
  for (const auto& [name, value] : variables) {
    if (!is_variable_name(name)) {
      map.error(map.place(key), "\"" + name + "\" is no name for a variable");
    }
  }
  return variables;
}

Words read_packages(const MapReader& map, std::string_view key) {
  Words packages = map.words(key);
  for (const std::string& package : packages) {
    if (package.front() == '-' && package.find(' ') != std::string::npos) {
      map.error(map.place(key), "\"" + package +
                                    "\" would be one word; write the option and its value as two "
                                    "items of the list");
    }
  }
  return packages;
}

void check_sources(const MapReader& map, std::string_view key, const Words& sources) {
  for (const std::string& source : sources) {
    if (const auto problem = source_problem(source)) map.error(map.place(key), *problem);
  }
}

}  // namespace e2b_template
