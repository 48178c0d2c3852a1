// Runs a command some times and prints, for each, "wall_us cpu_us peak_kibibytes status".
//
// usage: bench_time REPEATS COMMAND [ARGUMENT…]. The command's output is thrown away. Small on
// purpose: a process starts with the peak memory of the one that started it.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

extern char** environ;

namespace {
double microseconds(const timeval& time) { return time.tv_sec * 1e6 + time.tv_usec; }
}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fputs("usage: bench_time REPEATS COMMAND [ARGUMENT…]\n", stderr);
    return 2;
  }
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  for (int left = std::atoi(arguments[1]); left > 0; --left) {
    const auto begin = std::chrono::steady_clock::now();
    pid_t child = 0;
    if (const int code =
            ::posix_spawnp(&child, arguments[2], &files, nullptr, arguments + 2, environ);
        code != 0) {
      std::fprintf(stderr, "bench_time: %s cannot be started (error %d)\n", arguments[2], code);
      return 1;
    }
    int status = 0;
    rusage usage = {};
    ::wait4(child, &status, 0, &usage);
    const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - begin;
    const double processor = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    std::printf("%.0f %.0f %ld %d\n", wall.count(), processor, usage.ru_maxrss, status);
  }
  posix_spawn_file_actions_destroy(&files);
  return 0;
}
