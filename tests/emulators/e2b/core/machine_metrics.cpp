#include "tests/emulators/e2b/core/machine_metrics.hpp"

#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace sandport::e2b_emulator {

MachineMetrics measure_machine(const std::string& root) {
  MachineMetrics metrics;
  metrics.unix_seconds = std::time(nullptr);
  metrics.cpu_count = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  double load = 0;
  if (::getloadavg(&load, 1) == 1 && metrics.cpu_count > 0) {
    metrics.cpu_used_percent = std::min(100.0, 100.0 * load / metrics.cpu_count);
  }
  struct sysinfo info {};
  if (::sysinfo(&info) == 0) {
    metrics.memory_total = info.totalram * std::uint64_t{info.mem_unit};
    metrics.memory_used = metrics.memory_total - info.freeram * std::uint64_t{info.mem_unit};
    metrics.memory_cache = info.bufferram * std::uint64_t{info.mem_unit};
  }
  struct statvfs disk {};
  if (::statvfs(root.c_str(), &disk) == 0) {
    metrics.disk_total = disk.f_blocks * disk.f_frsize;
    metrics.disk_used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize;
  }
  return metrics;
}

}  // namespace sandport::e2b_emulator
