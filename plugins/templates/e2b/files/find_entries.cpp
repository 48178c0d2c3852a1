#include "find_entries.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sandport/errno_error.hpp>
#include <sstream>

#include "source_pattern.hpp"

namespace e2b_template {
namespace {

using sandport::errno_error;
using sandport::Error;

std::string join(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + '/' + name;
}

std::string parent(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::vector<std::string> names_in(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(opendir(folder.c_str()), closedir);
  if (!open) throw errno_error(errno, "cannot list " + folder);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* item = readdir(open.get())) {
    const std::string name = item->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  if (errno != 0) throw errno_error(errno, "cannot list " + folder);
  return names;
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), free);
  return real ? std::string(real.get()) : std::string();
}

bool lies_in(const std::string& path, const std::string& folder) {
  return path == folder || folder == "/" || path.starts_with(folder + '/');
}

const char* kind_of(mode_t mode) {
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISFIFO(mode)) return "a pipe";
  return "a device";
}

class Finder {
 public:
  Finder(const std::string& context, const IgnoreRules& ignore, Links links,
         const std::stop_token& stop)
      : context_(context), root_(real_path(context)), ignore_(ignore), links_(links), stop_(stop) {
    if (root_.empty()) throw errno_error(errno, "cannot open the context " + context);
    struct stat found {};
    if (stat(root_.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) {
      throw Error(SP_INVALID_ARGUMENT, "the context " + context + " is no folder");
    }
  }

  Entries find(const std::string& pattern) {
    for (const std::string& plain : expand_braces(pattern)) expand("", normal_source(plain));
    if (found_.empty()) {
      throw Error(SP_NOT_FOUND, "nothing in the context " + context_ + " is named \"" + pattern +
                                    '"' + (ignored_ ? " and is not ignored" : ""));
    }
    std::sort(found_.begin(), found_.end(),
              [](const Entry& a, const Entry& b) { return a.path < b.path; });
    const auto same = std::unique(found_.begin(), found_.end(),
                                  [](const Entry& a, const Entry& b) { return a.path == b.path; });
    found_.erase(same, found_.end());
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::string full(const std::string& path) const {
    return path.empty() ? context_ : context_ + '/' + path;
  }

  void check_stop() const {
    if (stop_.stop_requested()) throw sandport::Cancelled();
  }

  // Takes the first part of `rest` below `base`, and goes on with the others.
  void expand(const std::string& base, const std::string& rest) {
    check_stop();
    if (rest.empty() || rest == ".") {
      take_root(base);
      return;
    }
    const auto slash = rest.find('/');
    const std::string part = rest.substr(0, slash);
    const std::string others = slash == std::string::npos ? "" : rest.substr(slash + 1);
    if (part == "**") {
      expand(base, others);
      for_each_name(base, [&](const std::string& path) {
        if (is_real_folder(path))
          expand(path, rest);
        else if (others.empty())
          take_root(path);
      });
    } else if (Wildcard::is_pattern(part)) {
      const Wildcard wildcard{part};
      for_each_name(base, [&](const std::string& path) {
        const std::string name = path.substr(base.empty() ? 0 : base.size() + 1);
        if (wildcard.matches(name)) expand_named(path, others);
      });
    } else {
      expand_named(join(base, part), others);
    }
  }

  void expand_named(const std::string& path, const std::string& others) {
    struct stat found {};
    if (lstat(full(path).c_str(), &found) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return;
      throw errno_error(errno, "cannot read " + full(path));
    }
    if (others.empty()) {
      take_root(path);
      return;
    }
    if (S_ISLNK(found.st_mode)) check_inside(path);
    if (is_folder(path)) expand(path, others);
  }

  template <typename Visit>
  void for_each_name(const std::string& folder, const Visit& visit) {
    for (const std::string& name : names_in(full(folder))) visit(join(folder, name));
  }

  [[nodiscard]] bool is_folder(const std::string& path) const {
    struct stat found {};
    return stat(full(path).c_str(), &found) == 0 && S_ISDIR(found.st_mode);
  }
  [[nodiscard]] bool is_real_folder(const std::string& path) const {
    struct stat found {};
    return lstat(full(path).c_str(), &found) == 0 && S_ISDIR(found.st_mode);
  }

  void check_inside(const std::string& path) const {
    const std::string real = real_path(full(path));
    if (!real.empty() && !lies_in(real, root_)) {
      throw Error(SP_INVALID_ARGUMENT,
                  "the link " + full(path) + " leads out of the context, to " + real);
    }
  }

  // The rules that the folders above `path` meet.
  [[nodiscard]] IgnoreRules::Met met_above(const std::string& path) const {
    if (path.empty()) return ignore_.root();
    const std::string folder = parent(path);
    if (folder.empty()) return ignore_.root();
    return ignore_.meet(folder, met_above(folder));
  }

  void take_root(const std::string& path) { take(path, met_above(path)); }

  void take(const std::string& path, const IgnoreRules::Met& above) {
    check_stop();
    const auto met = path.empty() ? above : ignore_.meet(path, above);
    const bool ignored = ignore_.ignores(met);
    ignored_ = ignored_ || ignored;
    if (ignored && !ignore_.has_exceptions()) return;
    Entry entry = read(path);
    const bool folder = entry.is_folder();
    if (!ignored) found_.push_back(std::move(entry));
    if (!folder) return;
    const std::string real = real_path(full(path));
    if (std::find(above_.begin(), above_.end(), real) != above_.end()) {
      throw Error(SP_INVALID_ARGUMENT, "the link " + full(path) + " leads in a circle, to " + real);
    }
    above_.push_back(real);
    for_each_name(path, [&](const std::string& inner) { take(inner, met); });
    above_.pop_back();
  }

  Entry read(const std::string& path) const {
    const std::string name = full(path);
    struct stat found {};
    if (lstat(name.c_str(), &found) != 0) throw errno_error(errno, "cannot read " + name);
    Entry entry;
    entry.path = path;
    if (S_ISLNK(found.st_mode)) {
      std::string target(PATH_MAX, '\0');
      const ssize_t length = readlink(name.c_str(), target.data(), target.size());
      if (length < 0) throw errno_error(errno, "cannot read the link " + name);
      entry.link = target.substr(0, static_cast<std::size_t>(length));
      struct stat aim {};
      const bool exists = stat(name.c_str(), &aim) == 0;
      if (!exists && errno == ELOOP && links_ == Links::kFollowed) {
        throw Error(SP_INVALID_ARGUMENT, "the link " + name + " leads in a circle");
      }
      if (links_ == Links::kFollowed && exists && (S_ISREG(aim.st_mode) || S_ISDIR(aim.st_mode))) {
        check_inside(path);
        entry.link.clear();
        found = aim;
      }
    } else if (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)) {
      throw Error(SP_INVALID_ARGUMENT, name + " is " + kind_of(found.st_mode) +
                                           "; a template holds files, folders and links. Add it "
                                           "to .dockerignore");
    }
    entry.mode = found.st_mode;
    entry.size = static_cast<std::uint64_t>(found.st_size);
    entry.modified_ns = found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec;
    return entry;
  }

  std::string context_;
  std::string root_;  // without links
  const IgnoreRules& ignore_;
  Links links_;
  const std::stop_token& stop_;
  Entries found_;
  std::vector<std::string> above_;  // the folders that are being read, without links
  bool ignored_ = false;
};

}  // namespace

IgnoreRules read_ignore_file(const std::string& context) {
  IgnoreRules rules;
  const std::string path = context + "/.dockerignore";
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return rules;
    throw errno_error(errno, "cannot read " + path);
  }
  std::ostringstream text;
  text << file.rdbuf();
  rules.add_file(text.str());
  return rules;
}

Entries find_entries(const std::string& context, const std::string& pattern,
                     const IgnoreRules& ignore, Links links, const std::stop_token& stop) {
  return Finder{context, ignore, links, stop}.find(pattern);
}

}  // namespace e2b_template
