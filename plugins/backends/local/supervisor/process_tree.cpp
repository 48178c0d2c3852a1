#include "supervisor/process_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace sandport_local {
namespace {

struct ProcessLine {
  pid_t pid;
  pid_t parent;
};

// The parent of pid, -1 when it is gone.
pid_t parent_of(pid_t pid) {
  char name[64];
  std::snprintf(name, sizeof name, "/proc/%d/stat", static_cast<int>(pid));
  const int fd = ::open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  char text[512];
  const ssize_t size = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  if (size <= 0) return -1;
  text[size] = '\0';
  // "PID (NAME) STATE PARENT …", where the name may hold anything, also parentheses.
  const char* end = std::strrchr(text, ')');
  if (end == nullptr) return -1;
  char state = 0;
  int parent = -1;
  if (std::sscanf(end + 1, " %c %d", &state, &parent) != 2) return -1;
  return parent;
}

// false where /proc cannot be read.
bool read_processes(std::vector<ProcessLine>* lines) {
  DIR* directory = ::opendir("/proc");
  if (directory == nullptr) return false;
  bool any = false;
  while (const dirent* entry = ::readdir(directory)) {
    const int pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    any = true;
    const pid_t parent = parent_of(pid);
    if (parent > 0) lines->push_back({pid, parent});
  }
  ::closedir(directory);
  return any;
}

bool contains(const std::vector<pid_t>& list, pid_t pid) {
  for (const pid_t one : list) {
    if (one == pid) return true;
  }
  return false;
}

bool find_descendants(std::vector<pid_t>* found) {
  std::vector<ProcessLine> lines;
  if (!read_processes(&lines)) return false;
  const pid_t self = ::getpid();
  found->clear();
  for (std::size_t done = 0;; ++done) {
    const pid_t parent = done == 0 ? self : (*found)[done - 1];
    for (const ProcessLine& line : lines) {
      if (line.parent == parent && !contains(*found, line.pid)) found->push_back(line.pid);
    }
    if (done == found->size()) return true;
  }
}

// Through a pidfd that is checked again after it was opened, so that a number that went to another
// process meanwhile is not hit.
bool send(pid_t pid, int number, const std::vector<pid_t>& family) {
  const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) return errno == ENOSYS && ::kill(pid, number) == 0;
  const pid_t parent = parent_of(pid);
  const bool ours = parent == ::getpid() || contains(family, parent);
  const bool sent = ours && ::syscall(SYS_pidfd_send_signal, fd, number, nullptr, 0) == 0;
  ::close(fd);
  return sent;
}

}  // namespace

int signal_descendants(int number, pid_t main) {
  std::vector<pid_t> family;
  if (!find_descendants(&family)) {
    if (main <= 0) return 0;
    return (::kill(main, number) == 0 ? 1 : 0) + (::kill(-main, number) == 0 ? 1 : 0);
  }
  int reached = 0;
  for (const pid_t pid : family) {
    if (send(pid, number, family)) ++reached;
  }
  return reached;
}

void kill_descendants(pid_t main) {
  // What has been stopped forks no more; a few rounds catch the children made before that.
  constexpr int kMostRounds = 64;
  std::size_t stopped = 0;
  for (int round = 0; round < kMostRounds; ++round) {
    std::vector<pid_t> family;
    if (!find_descendants(&family)) break;
    if (family.size() == stopped && round > 0) break;
    stopped = family.size();
    for (const pid_t pid : family) send(pid, SIGSTOP, family);
    if (family.size() <= 1) break;
  }
  signal_descendants(SIGKILL, main);
}

}  // namespace sandport_local
