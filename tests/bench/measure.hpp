// What the in-process benchmarks share: timing, medians, a line for each result.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

namespace sandport {
class Agent;
}

namespace sandport::bench {

using Instant = std::chrono::steady_clock::time_point;

[[nodiscard]] inline Instant now() { return std::chrono::steady_clock::now(); }

[[nodiscard]] inline double microseconds(Instant from, Instant to) {
  return std::chrono::duration<double, std::micro>(to - from).count();
}

// Of at least one value.
[[nodiscard]] inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// One line "name value", which `run` reads.
inline void report(const std::string& name, double value) {
  std::cout << name << ' ' << value << std::endl;
}

// Each measures one thing with the plugins of `agent`, a few times, and reports it.
void measure_loop(Agent& agent);
void measure_tool_call(Agent& agent);
void measure_idle_sessions(Agent& agent, std::size_t count);
void measure_exec(Agent& agent);
void measure_files(Agent& agent, const std::string& directory);

}  // namespace sandport::bench
