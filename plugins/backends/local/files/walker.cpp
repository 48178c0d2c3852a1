#include "files/walker.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <climits>

#include "posix_error.hpp"

namespace sandport_local {
namespace {

constexpr int kMostLinks = 40;  // as Linux has it

std::string read_link(int fd, const std::string& path) {
  std::array<char, PATH_MAX + 1> target;
  const ssize_t size = ::readlinkat(fd, "", target.data(), target.size());
  if (size < 0) throw_errno(printable(path));
  return {target.data(), static_cast<std::size_t>(size)};
}

}  // namespace

Location Walker::walk(std::string_view path, LastLink last) {
  asked_ = path;
  enter("/");
  push_front(path);
  Location result;
  for (;;) {
    if (remaining_.empty()) {
      if (root_ == nullptr) roots_.refuse(asked_);
      // The path ended in "..", "." or "/": the directory where we stand.
      result.path = here();
      result.root = root_;
      result.directory = std::move(steps_.back().fd);
      result.name = ".";
      if (steps_.size() > 1) {
        const std::size_t slash = result.path.rfind('/');
        result.name = result.path.substr(slash + 1);
        result.directory = std::move(steps_[steps_.size() - 2].fd);
      }
      return result;
    }
    const std::string name = std::move(remaining_.front());
    remaining_.pop_front();
    if (name.empty() || name == ".") continue;
    if (root_ == nullptr) {
      step_outside(name);
    } else if (name == "..") {
      if (steps_.size() > 1) {
        steps_.pop_back();
        root_ = roots_.find(here());
      } else if (root_->path != "/") {
        outside_ = root_->path;
        root_ = nullptr;
        steps_.clear();
        step_outside("..");
      }
    } else if (step_inside(name, last, &result)) {
      return result;
    }
  }
}

void Walker::push_front(std::string_view path) {
  std::vector<std::string> names;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    names.emplace_back(path.substr(0, slash));
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  remaining_.insert(remaining_.begin(), names.begin(), names.end());
}

std::string Walker::here() const { return steps_.back().path; }

void Walker::enter(const std::string& path) {
  for (const Root& root : roots_.roots_) {
    if (root.path != path && root.given != path) continue;
    root_ = &root;
    steps_.clear();
    steps_.push_back({root.open(), root.path});
    return;
  }
}

// Above the roots nothing is looked at: only the words on the way to a root may be walked.
void Walker::step_outside(const std::string& name) {
  if (name == "..") {
    const std::size_t slash = outside_.rfind('/');
    outside_ = slash == std::string::npos ? "" : outside_.substr(0, slash);
  } else {
    outside_ += "/" + name;
  }
  const std::string path = outside_.empty() ? "/" : outside_;
  enter(path);
  if (root_ != nullptr) return;
  for (const Root& root : roots_.roots_) {
    if (lies_in(path, root.path)) {  // ".." from a root that is nested in this one
      enter(root.path);
      push_front(std::string_view(path).substr(root.path.size()));
      return;
    }
    for (const std::string* goal : {&root.path, &root.given}) {
      if (path == "/" || goal->starts_with(outside_ + "/")) return;
    }
  }
  roots_.refuse(asked_);
}

bool Walker::step_inside(const std::string& name, LastLink last, Location* result) {
  const bool is_last = remaining_.empty();
  const int directory = steps_.back().fd.get();
  const std::string path = (here() == "/" ? "" : here()) + "/" + name;
  UniqueFd fd(::openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  const int number = errno;
  struct stat status {};
  if (fd && ::fstat(fd.get(), &status) != 0) throw_errno(printable(path));
  const bool is_link = fd && S_ISLNK(status.st_mode);
  if (is_last && (!is_link || last == LastLink::kKeep)) {
    // A missing last name is for the caller to judge.
    if (!fd && number != ENOENT) throw PosixError(number, printable(path));
    for (const Root& root : roots_.roots_) {
      if (fd && root.path == path) {
        enter(path);
        result->path = path;
        result->name = ".";
        result->root = root_;
        result->directory = std::move(steps_.back().fd);
        return true;
      }
    }
    result->path = path;
    result->name = name;
    result->root = root_;
    result->directory = std::move(steps_.back().fd);
    return true;
  }
  if (!fd) throw PosixError(number, printable(path));
  if (is_link) {
    if (++links_ > kMostLinks) throw PosixError(ELOOP, printable(asked_));
    const std::string target = read_link(fd.get(), path);
    if (target.starts_with('/')) {
      root_ = nullptr;
      steps_.clear();
      outside_.clear();
      enter("/");
    }
    push_front(target);
    return false;
  }
  if (!S_ISDIR(status.st_mode)) throw PosixError(ENOTDIR, printable(asked_));
  steps_.push_back({std::move(fd), path});
  for (const Root& root : roots_.roots_) {
    if (root.path == path) root_ = &root;
  }
  return false;
}

}  // namespace sandport_local
