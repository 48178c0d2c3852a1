// What the E2B benchmarks are made of: each works through the host's adapters and the plugin, and
// reports its results.
#pragma once

#include <cstddef>

namespace sandport {
class Backend;
class Engine;
}  // namespace sandport

namespace sandport::bench {

void measure_e2b_commands(const Engine& engine, Backend& backend);
void measure_e2b_transfer(const Engine& engine, Backend& backend);
void measure_e2b_watches(const Engine& engine, Backend& backend, std::size_t sandboxes);

// The largest that this process has been, and what it is now, in MB.
[[nodiscard]] double peak_memory();
[[nodiscard]] double memory_now();

}  // namespace sandport::bench
