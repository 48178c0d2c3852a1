// How far one turn may go, and how long its waits may take.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sandport {

// Each is a key under `agent:` of the manifest; messages name it. Zero means no limit.
struct AgentLimits {
  std::uint64_t max_steps = 100;           // model calls in one turn
  std::uint64_t max_tokens = 0;            // input and output of all steps of one turn
  std::chrono::milliseconds max_time{0};   // of one turn
  std::uint32_t max_identical_calls = 12;  // the same call in so many steps running
  std::uint64_t max_output_tokens = 0;     // of one reply; zero leaves it to the model

  std::size_t max_parallel_tools = 8;
  std::chrono::milliseconds tool_timeout{600'000};        // of one call
  std::size_t max_tool_output = 50'000;                   // bytes of text that the model is shown
  std::size_t max_tool_media = 5'000'000;                 // bytes of each other content part
  std::chrono::milliseconds model_idle_timeout{300'000};  // between two events of the stream
  // How long a cancelled tool or model may take to stop before it is left behind.
  std::chrono::milliseconds cancel_grace{10'000};
};

// The manifest's `agent.model_retr…` keys.
struct RetryLimits {
  std::uint32_t max_attempts = 6;             // of one step, the first included
  std::chrono::milliseconds first_wait{500};  // doubled each time, then jittered
  std::chrono::milliseconds longest_wait{30'000};
  std::chrono::milliseconds longest_asked{300'000};  // a service that asks for more ends the turn
};

}  // namespace sandport
