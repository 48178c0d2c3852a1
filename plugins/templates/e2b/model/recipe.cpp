#include "recipe.hpp"

#include "ready_command.hpp"
#include "shell_quote.hpp"

namespace e2b_template {
namespace {

constexpr const char* kRoot = "root";

void append_quoted(std::string& line, const Words& words) {
  for (const std::string& word : words) line += ' ' + shell_quote(word);
}

std::string joined(const Words& commands) {
  std::string line;
  for (const std::string& command : commands) {
    if (!line.empty()) line += " && ";
    line += command;
  }
  return line;
}

}  // namespace

std::string octal(std::uint32_t mode) {
  std::string digits;
  for (int shift = 9; shift >= 0; shift -= 3) {
    digits += static_cast<char>('0' + ((mode >> static_cast<unsigned>(shift)) & 7U));
  }
  return digits;
}

void Recipe::add(std::string type, Words args) {
  Step step;
  step.type = std::move(type);
  step.args = std::move(args);
  step.force = force_;
  step.place = place_;
  template_.steps.push_back(std::move(step));
}

void Recipe::from_image(std::string image, Login login) {
  template_.image = std::move(image);
  template_.from_template.clear();
  template_.login = std::move(login);
  template_.base_place = place_;
  if (force_) template_.force = true;
}

void Recipe::from_template(std::string name) {
  template_.from_template = std::move(name);
  template_.image.clear();
  template_.base_place = place_;
  if (force_) template_.force = true;
}

void Recipe::run(const Words& commands, const std::string& user) {
  Words args{joined(commands)};
  if (!user.empty()) args.push_back(user);
  add("RUN", std::move(args));
}

void Recipe::copy(const Words& sources, const std::string& destination,
                  const CopyOptions& options) {
  for (const std::string& source : sources) {
    add("COPY", {source, destination, options.user,
                 options.mode && *options.mode != 0 ? octal(*options.mode) : std::string()});
    Step& step = template_.steps.back();
    CopySource copy;
    copy.pattern = source;
    copy.ignore = options.ignore;
    copy.resolve_symlinks = options.resolve_symlinks;
    copy.force_upload = options.force_upload;
    step.copy = std::move(copy);
    if (options.force_upload) step.force = true;
  }
}

void Recipe::set_env(const std::vector<std::pair<std::string, std::string>>& variables) {
  if (variables.empty()) return;
  Words args;
  for (const auto& [name, value] : variables) {
    args.push_back(name);
    args.push_back(value);
  }
  add("ENV", std::move(args));
}

void Recipe::set_user(const std::string& user) { add("USER", {user}); }
void Recipe::set_work_dir(const std::string& path) { add("WORKDIR", {path}); }

void Recipe::apt_install(const Words& packages, AptOptions options) {
  std::string line = "DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get install -y";
  if (options.no_install_recommends) line += " --no-install-recommends";
  if (options.fix_missing) line += " --fix-missing";
  append_quoted(line, packages);
  run({"apt-get update", line}, kRoot);
}

void Recipe::pip_install(const Words& packages, Scope scope) {
  std::string line = "pip install";
  if (scope == Scope::kUser) line += " --user";
  append_quoted(line, packages.empty() ? Words{"."} : packages);
  run({line}, scope == Scope::kGlobal ? kRoot : "");
}

void Recipe::install(std::string tool, const char* development, const Words& packages, Scope scope,
                     Dependency kind) {
  std::string line = std::move(tool) + " install";
  if (scope == Scope::kGlobal) line += " -g";
  if (kind == Dependency::kDevelopment) line += development;
  append_quoted(line, packages);
  run({line}, scope == Scope::kGlobal ? kRoot : "");
}

void Recipe::npm_install(const Words& packages, Scope scope, Dependency kind) {
  install("npm", " --save-dev", packages, scope, kind);
}

void Recipe::bun_install(const Words& packages, Scope scope, Dependency kind) {
  install("bun", " --dev", packages, scope, kind);
}

void Recipe::git_clone(const std::string& url, const GitOptions& options) {
  std::string line = "git clone " + shell_quote(url);
  if (!options.branch.empty()) {
    line += " --branch " + shell_quote(options.branch) + " --single-branch";
  }
  if (options.depth > 0) line += " --depth " + std::to_string(options.depth);
  if (!options.path.empty()) line += ' ' + shell_quote(options.path);
  run({line}, options.user);
}

void Recipe::add_mcp_servers(const Words& servers) {
  std::string line = "mcp-gateway pull";
  append_quoted(line, servers);
  run({line}, kRoot);
}

void Recipe::make_dir(const Words& paths, std::optional<std::uint32_t> mode,
                      const std::string& user) {
  std::string line = "mkdir -p";
  if (mode && *mode != 0) line += " -m " + octal(*mode);
  append_quoted(line, paths);
  run({line}, user);
}

void Recipe::remove(const Words& paths, const RemoveOptions& options) {
  std::string line = "rm";
  if (options.recursive) line += " -r";
  if (options.force) line += " -f";
  append_quoted(line, paths);
  run({line}, options.user);
}

void Recipe::rename(const std::string& from, const std::string& to, bool force,
                    const std::string& user) {
  std::string line = "mv";
  append_quoted(line, {from, to});
  if (force) line += " -f";
  run({line}, user);
}

void Recipe::make_symlink(const std::string& target, const std::string& link, bool force,
                          const std::string& user) {
  std::string line = "ln -s";
  if (force) line += " -f";
  append_quoted(line, {target, link});
  run({line}, user);
}

void Recipe::devcontainer_prebuild(const std::string& directory) {
  run({"devcontainer build --workspace-folder " + shell_quote(directory)}, kRoot);
}

void Recipe::devcontainer_start(const std::string& directory) {
  const std::string folder = shell_quote(directory);
  set_start("sudo devcontainer up --workspace-folder " + folder + " && sudo /prepare-exec.sh " +
                folder +
                " | sudo tee /devcontainer.sh > /dev/null && sudo chmod +x /devcontainer.sh && "
                "sudo touch /devcontainer.up",
            wait_for_file("/devcontainer.up"));
}

void Recipe::set_start(std::string command, std::string ready) {
  template_.start_command = std::move(command);
  template_.ready_command = std::move(ready);
  template_.start_place = place_;
}

void Recipe::set_ready(std::string ready) {
  template_.ready_command = std::move(ready);
  if (template_.start_place.file.empty()) template_.start_place = place_;
}

}  // namespace e2b_template
