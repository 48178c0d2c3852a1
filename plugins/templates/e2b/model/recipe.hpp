// Writes the steps of a template: one function for each call of the service's own builders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "template.hpp"

namespace e2b_template {

using Words = std::vector<std::string>;

struct CopyOptions {
  std::string user;  // empty: the current one
  std::optional<std::uint32_t> mode;
  bool resolve_symlinks = false;
  bool force_upload = false;
  Words ignore;
};

enum class Scope { kUser, kGlobal };
enum class Dependency { kNormal, kDevelopment };

struct AptOptions {
  bool no_install_recommends = false;
  bool fix_missing = false;
};

struct GitOptions {
  std::string path;  // empty: git's choice
  std::string branch;
  std::int64_t depth = 0;  // 0: all of the history
  std::string user;
};

struct RemoveOptions {
  bool recursive = false;
  bool force = false;
  std::string user;
};

// Steps get the place that was set last. Arguments are checked by the readers, not here.
class Recipe {
 public:
  explicit Recipe(Template& made) : template_(made) {}

  void set_place(Place place) { place_ = std::move(place); }
  [[nodiscard]] const Place& place() const { return place_; }

  void from_image(std::string image, Login login = {});
  void from_template(std::string name);
  // Before a base: all of the build; after it: every step from here on.
  void skip_cache() { force_ = true; }

  // Several commands run as one, each only after the one before succeeded.
  void run(const Words& commands, const std::string& user = {});
  void copy(const Words& sources, const std::string& destination, const CopyOptions& options);
  void set_env(const std::vector<std::pair<std::string, std::string>>& variables);
  void set_user(const std::string& user);
  void set_work_dir(const std::string& path);

  void apt_install(const Words& packages, AptOptions options = {});
  // Without packages: the project in the current directory.
  void pip_install(const Words& packages, Scope scope = Scope::kGlobal);
  void npm_install(const Words& packages, Scope scope, Dependency kind = Dependency::kNormal);
  void bun_install(const Words& packages, Scope scope, Dependency kind = Dependency::kNormal);
  void git_clone(const std::string& url, const GitOptions& options);
  void add_mcp_servers(const Words& servers);

  void make_dir(const Words& paths, std::optional<std::uint32_t> mode, const std::string& user);
  void remove(const Words& paths, const RemoveOptions& options);
  void rename(const std::string& from, const std::string& to, bool force, const std::string& user);
  void make_symlink(const std::string& target, const std::string& link, bool force,
                    const std::string& user);

  void devcontainer_prebuild(const std::string& directory);
  void devcontainer_start(const std::string& directory);
  void set_start(std::string command, std::string ready);
  void set_ready(std::string ready);

 private:
  void add(std::string type, Words args);
  void install(std::string tool, const char* development, const Words& packages, Scope scope,
               Dependency kind);

  Template& template_;
  Place place_;
  bool force_ = false;
};

// "0755".
[[nodiscard]] std::string octal(std::uint32_t mode);

}  // namespace e2b_template
