// The local backend, loaded as the host loads it, with a state directory of its own.
#pragma once

#include <filesystem>
#include <memory>

#include "core/sandbox/sandbox.hpp"
#include "host/engine/engine.hpp"

namespace sandport::e2b_emulator {

// Its directory is removed with it; every sandbox must be gone by then.
class LocalHost {
 public:
  // Throws Error when there is no plugin for `local` in the folder, or it cannot be loaded.
  explicit LocalHost(const std::filesystem::path& plugins);
  ~LocalHost();
  LocalHost(const LocalHost&) = delete;
  LocalHost& operator=(const LocalHost&) = delete;

  [[nodiscard]] Engine& engine();
  [[nodiscard]] Backend& backend();
  // Also for the emulator's own files.
  [[nodiscard]] const std::filesystem::path& directory() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport::e2b_emulator
