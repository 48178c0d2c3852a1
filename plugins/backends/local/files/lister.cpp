#include "files/lister.hpp"

#include <fcntl.h>

#include <cerrno>

#include "posix_error.hpp"

namespace sandport_local {
namespace {

constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

}  // namespace

Lister::Lister(const Roots& roots, std::string_view path, std::uint32_t depth)
    : path_(path), depth_(depth) {
  while (path_.ends_with('/')) path_.pop_back();
  const Location location = roots.locate(path, LastLink::kFollow);
  base_ = UniqueFd(::openat(location.directory.get(), location.name.c_str(), kFlags));
  if (!base_) throw_errno(printable(path));
  pending_.push_back({".", 1});
}

Lister::~Lister() = default;

// Component by component with O_NOFOLLOW: a directory swapped for a symlink meanwhile is skipped.
UniqueFd Lister::open_pending(const Pending& pending) const {
  UniqueFd fd(::openat(base_.get(), ".", kFlags));
  if (pending.rest == ".") return fd;
  std::string_view rest = pending.rest;
  while (fd && !rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string name(rest.substr(0, slash));
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
    fd = UniqueFd(::openat(fd.get(), name.c_str(), kFlags));
  }
  return fd;
}

bool Lister::open_next() {
  while (!pending_.empty()) {
    current_ = std::move(pending_.front());
    pending_.pop_front();
    UniqueFd fd = open_pending(current_);
    if (!fd) {
      if (current_.level > 1) continue;
      throw_errno(printable(path_));
    }
    directory_.reset(::fdopendir(fd.get()));
    if (!directory_) throw_errno(printable(path_));
    static_cast<void>(fd.release());  // closedir closes it
    return true;
  }
  return false;
}

std::vector<Entry> Lister::next(std::size_t most) {
  std::vector<Entry> entries;
  if (depth_ == 0) return entries;
  while (entries.size() < most && (directory_ || open_next())) {
    errno = 0;
    const dirent* found = ::readdir(directory_.get());
    if (found == nullptr) {
      if (errno != 0) throw_errno(printable(path_));
      directory_.reset();
      continue;
    }
    const std::string name = found->d_name;
    if (name == "." || name == "..") continue;
    const std::string rest = current_.rest == "." ? name : current_.rest + "/" + name;
    try {
      entries.push_back(entry_at(::dirfd(directory_.get()), name, path_ + "/" + rest));
    } catch (const PosixError& error) {
      if (error.number() == ENOENT) continue;
      throw;
    }
    if (entries.back().type == EntryType::kDirectory && current_.level < depth_) {
      pending_.push_back({rest, current_.level + 1});
    }
  }
  return entries;
}

}  // namespace sandport_local
