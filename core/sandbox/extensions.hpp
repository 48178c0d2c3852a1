// What some sandboxes can do beyond files and processes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/task.hpp"

namespace sandport {

class Sandbox;

enum class WatchEventType { kCreate, kWrite, kRemove, kRename, kChmod, kOverflow, kReady };

struct WatchEvent {
  WatchEventType type;
  std::string path;
};

// Changes as they happen; kReady comes first. Destroying it ends the watch.
class Watch {
 public:
  virtual ~Watch() = default;
  // nullopt when the watched path is gone.
  [[nodiscard]] virtual Task<std::optional<WatchEvent>> next() = 0;
};

enum class WatchDepth { kDirect, kRecursive };

class PauseExtension {
 public:
  virtual ~PauseExtension() = default;
  [[nodiscard]] virtual Task<void> pause() = 0;
  [[nodiscard]] virtual Task<void> resume() = 0;
};

// Texts are JSON, as abi/sandbox_snapshot.h has them.
class SnapshotExtension {
 public:
  virtual ~SnapshotExtension() = default;
  [[nodiscard]] virtual Task<std::string> create(std::string name) = 0;
  [[nodiscard]] virtual Task<std::string> list() = 0;
  [[nodiscard]] virtual Task<void> restore(std::string id) = 0;
  [[nodiscard]] virtual Task<void> remove(std::string id) = 0;
  [[nodiscard]] virtual Task<std::unique_ptr<Sandbox>> fork() = 0;
};

// Texts are JSON, as abi/sandbox_metrics.h has them.
class MetricsExtension {
 public:
  virtual ~MetricsExtension() = default;
  [[nodiscard]] virtual Task<std::string> read(std::int64_t since, std::int64_t until) = 0;
  [[nodiscard]] virtual Task<std::string> logs() = 0;
};

// Policies are JSON in the backend's own terms.
class NetworkExtension {
 public:
  virtual ~NetworkExtension() = default;
  [[nodiscard]] virtual Task<std::string> policy() = 0;
  [[nodiscard]] virtual Task<void> set_policy(std::string policy) = 0;
};

}  // namespace sandport
