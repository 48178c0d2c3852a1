// A watched directory whose events wait to be polled.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/emulators/e2b/core/failure.hpp"

namespace sandport::e2b_emulator {

// Destroying it ends the watch.
struct Watcher {
  Watcher() = default;
  ~Watcher() { cancel->emit(boost::asio::cancellation_type::terminal); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  std::vector<std::string> events;  // JSON texts, until the next poll
  std::optional<ConnectFailure> failure;
  // Kept by what it cancels, too.
  std::shared_ptr<boost::asio::cancellation_signal> cancel =
      std::make_shared<boost::asio::cancellation_signal>();
};

}  // namespace sandport::e2b_emulator
