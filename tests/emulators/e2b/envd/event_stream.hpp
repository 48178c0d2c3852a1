// The answer of a streaming call, frame by frame, with the faults that a rule asks for.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/emulators/e2b/core/call.hpp"

namespace sandport::e2b_emulator {

// Thrown when a stream was broken on purpose; the connection ends with the handler.
struct StreamBroken {};

class EventStream {
 public:
  explicit EventStream(Call& call);

  // The head, once, before anything else.
  [[nodiscard]] Task<void> begin();
  [[nodiscard]] Task<void> send(std::string_view json);
  [[nodiscard]] Task<void> end(const ConnectFailure* failure = nullptr);

  // Sends what comes into the inbox until it ends; keepalives in between, as often as the request
  // asks for. False when the request's own deadline came first; nothing has been ended then.
  [[nodiscard]] Task<bool> serve(std::shared_ptr<Inbox> inbox, std::string keepalive);

 private:
  [[nodiscard]] Task<void> commit_fault();
  [[nodiscard]] std::optional<std::chrono::milliseconds> header_number(std::string_view name,
                                                                       int unit) const;

  Call& call_;
  int frames_ = 0;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace sandport::e2b_emulator
