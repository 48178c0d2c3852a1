#include "template_file.hpp"

#include <algorithm>
#include <array>

#include "../model/ready_command.hpp"
#include "../model/recipe.hpp"
#include "../model/template_name.hpp"
#include "base_reader.hpp"
#include "ready_reader.hpp"
#include "step_reader.hpp"

namespace e2b_template {
namespace {

constexpr std::array kOwnKeys{YamlKey{"version"},
                              YamlKey{"name", "alias"},
                              YamlKey{"description"},
                              YamlKey{"tags"},
                              YamlKey{"cpu_count", "cpus"},
                              YamlKey{"memory_mb"},
                              YamlKey{"min_free_disk_mb"},
                              YamlKey{"context", "file_context_path"},
                              YamlKey{"ignore", "file_ignore_patterns"},
                              YamlKey{"skip_cache"},
                              YamlKey{"env", "envs"},
                              YamlKey{"mcp_servers"},
                              YamlKey{"apt_packages"},
                              YamlKey{"pip_packages"},
                              YamlKey{"npm_packages"},
                              YamlKey{"bun_packages"},
                              YamlKey{"build_commands"},
                              YamlKey{"steps"},
                              YamlKey{"user"},
                              YamlKey{"work_dir", "workdir"},
                              YamlKey{"start_cmd", "start start_command"},
                              YamlKey{"ready_cmd", "ready ready_command"},
                              YamlKey{"devcontainer_start"}};

constexpr std::int64_t kMostCpus = 256;
constexpr std::int64_t kMostMegabytes = std::int64_t{4} << 20;

std::vector<YamlKey> root_keys() {
  std::vector<YamlKey> keys(kOwnKeys.begin(), kOwnKeys.end());
  const auto base = base_keys();
  keys.insert(keys.end(), base.begin(), base.end());
  return keys;
}

void read_settings(const MapReader& root, Template& made) {
  made.name = root.text("name");
  made.name_place = root.place("name");
  if (!made.name.empty()) {
    if (const auto problem = name_problem(made.name))
      root.error(root.find("name")->place, *problem);
  }
  made.tags = root.words("tags");
  for (const std::string& tag : made.tags) {
    if (const auto problem = tag_problem(tag)) root.error(root.find("tags")->place, *problem);
  }
  if (root.has("version") && root.text("version") != "1") {
    root.error(root.place("version"), "version: this program reads version 1");
  }
  made.cpu_count = root.integer("cpu_count", 1, kMostCpus).value_or(kDefaultCpuCount);
  made.memory_mb = root.integer("memory_mb", 1, kMostMegabytes).value_or(kDefaultMemoryMb);
  made.min_free_disk_mb = root.integer("min_free_disk_mb", 1, kMostMegabytes);
  made.context = root.text("context");
  made.ignore = root.words("ignore");
}

// The common things, in an order in which they build on each other.
void read_short_keys(const MapReader& root, StepContext& context) {
  Recipe& recipe = context.recipe;
  const auto at = [&](std::string_view key) {
    if (root.find(key) == nullptr) return false;
    recipe.set_place(root.place(key));
    return true;
  };
  if (at("env")) recipe.set_env(read_variables(root, "env"));
  if (at("mcp_servers")) {
    if (context.from_template != "mcp-gateway") {
      root.error(root.place("mcp_servers"), "MCP servers need `from_template: mcp-gateway`");
    }
    const Words servers = root.words("mcp_servers");
    if (!servers.empty()) recipe.add_mcp_servers(servers);
  }
  const auto packages = [&](std::string_view key) {
    return at(key) ? read_packages(root, key) : Words{};
  };
  if (const Words apt = packages("apt_packages"); !apt.empty()) recipe.apt_install(apt);
  if (const Words pip = packages("pip_packages"); !pip.empty()) recipe.pip_install(pip);
  if (const Words npm = packages("npm_packages"); !npm.empty()) {
    recipe.npm_install(npm, Scope::kGlobal);
  }
  if (const Words bun = packages("bun_packages"); !bun.empty()) {
    recipe.bun_install(bun, Scope::kGlobal);
  }
  if (at("build_commands")) {
    const Words commands = root.words("build_commands");
    if (!commands.empty()) recipe.run(commands);
  }
}

void read_start(const MapReader& root, const StepContext& context) {
  const std::string ready = read_ready(root);
  if (root.find("devcontainer_start") != nullptr) {
    context.recipe.set_place(root.place("devcontainer_start"));
    if (context.from_template != "devcontainer") {
      root.error(root.place("devcontainer_start"),
                 "development containers need `from_template: devcontainer`");
    }
    if (root.find("start_cmd") != nullptr) {
      root.error(root.place("start_cmd"), "devcontainer_start is the start command already");
    }
    context.recipe.devcontainer_start(root.text("devcontainer_start"));
  }
  if (root.find("start_cmd") != nullptr) {
    context.recipe.set_place(root.place("start_cmd"));
    context.recipe.set_start(root.required("start_cmd"), ready);
  } else if (!ready.empty()) {
    context.recipe.set_place(root.place("ready_cmd"));
    context.recipe.set_ready(ready);
  }
}

}  // namespace

Template read_template_file(const Source& source, Diagnostics& diagnostics) {
  Template made;
  const YamlNode tree = parse_yaml(source.file, source.text, diagnostics);
  if (diagnostics.failed()) return made;
  const std::vector<YamlKey> keys = root_keys();
  const MapReader root{tree, keys, diagnostics};
  read_settings(root, made);

  Recipe recipe{made};
  if (root.flag("skip_cache")) recipe.skip_cache();
  read_base(root, source, recipe);
  StepContext context{recipe, diagnostics, made.from_template};
  read_short_keys(root, context);
  if (const YamlNode* steps = root.find("steps")) read_steps(*steps, context);
  if (root.find("work_dir") != nullptr) {
    recipe.set_place(root.place("work_dir"));
    recipe.set_work_dir(root.required("work_dir"));
  }
  if (root.find("user") != nullptr) {
    recipe.set_place(root.place("user"));
    recipe.set_user(root.required("user"));
  }
  read_start(root, context);
  return made;
}

}  // namespace e2b_template
