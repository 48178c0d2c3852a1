#include "tests/emulators/e2b/guest/namespace.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace sandport::e2b_emulator::guest {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void write_text(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) fail(path);
  const auto written = ::write(fd, text.data(), text.size());
  const int error = errno;
  ::close(fd);
  errno = error;
  if (written != static_cast<ssize_t>(text.size())) fail(path);
}

void bind(const std::string& from, const std::string& to) {
  if (::mount(from.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    fail("bind " + from + " to " + to);
  }
}

bool is_real_directory(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

const char* const* shared_directories() {
  static constexpr std::array kShared{"/usr",
                                      "/bin",
                                      "/sbin",
                                      "/lib",
                                      "/lib32",
                                      "/lib64",
                                      "/libx32",
                                      "/proc",
                                      "/dev",
                                      "/sys",
                                      "/etc/alternatives",
                                      "/etc/ssl",
                                      "/etc/ca-certificates",
                                      "/etc/terminfo",
                                      static_cast<const char*>(nullptr)};
  return kShared.data();
}

void enter_root(const std::string& root, unsigned uid) {
  const auto outer_uid = ::geteuid();
  const auto outer_gid = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) fail("unshare");
  write_text("/proc/self/setgroups", "deny");
  const std::string inner = std::to_string(uid);
  write_text("/proc/self/uid_map", inner + " " + std::to_string(outer_uid) + " 1");
  write_text("/proc/self/gid_map", inner + " " + std::to_string(outer_gid) + " 1");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) fail("make / private");
  bind(root, root);
  for (const char* const* shared = shared_directories(); *shared != nullptr; ++shared) {
    if (is_real_directory(*shared)) bind(*shared, root + *shared);
  }
  // Where it cannot be hidden, this machine's shows; commands work all the same.
  const std::string boot_id = root + "/run/boot_id";
  static_cast<void>(::mount(boot_id.c_str(), (root + "/proc/sys/kernel/random/boot_id").c_str(),
                            nullptr, MS_BIND, nullptr));
  if (::chdir(root.c_str()) != 0) fail(root);
  if (::syscall(SYS_pivot_root, ".", ".") != 0) fail("pivot_root");
  if (::umount2(".", MNT_DETACH) != 0) fail("detach the old root");
  if (::chdir("/") != 0) fail("/");
}

void run_command(const std::string& directory, char** argv) {
  if (::chdir(directory.c_str()) != 0) {
    std::fprintf(stderr, "%s: %s\n", directory.c_str(), std::strerror(errno));
    std::_Exit(126);
  }
  ::setenv("PWD", directory.c_str(), 1);
  ::execvp(argv[0], argv);
  const int error = errno;
  std::fprintf(stderr, "%s: %s\n", argv[0], std::strerror(error));
  std::_Exit(error == ENOENT ? 127 : 126);
}

}  // namespace sandport::e2b_emulator::guest
