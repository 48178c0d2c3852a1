// How busy and how full a sandbox is: this machine's numbers stand in for the micro-VM's.
#pragma once

#include <cstdint>
#include <string>

namespace sandport::e2b_emulator {

struct MachineMetrics {
  std::int64_t unix_seconds = 0;
  int cpu_count = 0;
  double cpu_used_percent = 0;
  std::uint64_t memory_used = 0;  // bytes, as all below
  std::uint64_t memory_total = 0;
  std::uint64_t memory_cache = 0;
  std::uint64_t disk_used = 0;
  std::uint64_t disk_total = 0;
};

[[nodiscard]] MachineMetrics measure_machine(const std::string& root);

}  // namespace sandport::e2b_emulator
