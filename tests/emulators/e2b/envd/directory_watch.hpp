// Watching a directory of a sandbox, and what its changes are called on the wire.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "tests/emulators/e2b/core/call.hpp"

namespace sandport::e2b_emulator {

struct WatchSettings {
  std::string path;  // inside, as the client named it
  WatchDepth depth = WatchDepth::kDirect;
  bool include_entry = false;
};

// Of WatchDir's and CreateWatcher's request. Throws ConnectFailure kNotFound, kInvalidArgument.
[[nodiscard]] Task<WatchSettings> watch_settings(Call& call, const nlohmann::json& request);

struct OpenedWatch {
  WatchSettings settings;
  std::string real;  // the directory on this machine
  std::unique_ptr<Watch> watch;
};

// Nothing that happens after it is missed.
[[nodiscard]] Task<OpenedWatch> open_watch(EmulatedSandbox& sandbox, WatchSettings settings);

struct WatchListener {
  std::function<void(const nlohmann::json& event)> event;  // a FilesystemEvent
  std::function<void(const ConnectFailure& failure)> failed;
};

// Tells of every change, until it fails or is cancelled.
[[nodiscard]] Task<void> follow_watch(std::shared_ptr<EmulatedSandbox> sandbox,
                                      std::shared_ptr<OpenedWatch> watch, WatchListener listener);

}  // namespace sandport::e2b_emulator
