// Pausing, snapshots, metrics and the network policy of one sandbox.
#pragma once

#include <chrono>
#include <cstdint>
#include <sandport/facets.hpp>
#include <string>

#include "connect/envd.hpp"
#include "life.hpp"

namespace sandport_e2b {

class E2bPause final : public sandport::Pause {
 public:
  E2bPause(Envd& envd, Life& life) : envd_(envd), life_(life) {}

  sandport::Task<void> pause() override;
  sandport::Task<void> resume() override;

 private:
  Envd& envd_;
  Life& life_;
};

// Makes a sandbox object of a fork.
class ForkMaker {
 public:
  virtual ~ForkMaker() = default;
  // sandbox: JSON as create answers it.
  [[nodiscard]] virtual sandport::Task<sandport::CreatedSandbox> adopt_fork(
      std::string sandbox) = 0;
};

class E2bSnapshot final : public sandport::Snapshot {
 public:
  E2bSnapshot(const Envd& envd, ForkMaker& maker) : envd_(envd), maker_(maker) {}

  sandport::Task<std::string> create(std::string name) override;
  sandport::Task<std::string> list() override;
  sandport::Task<void> remove(std::string id) override;
  sandport::Task<sandport::CreatedSandbox> fork() override;

 private:
  const Envd& envd_;
  ForkMaker& maker_;
};

class E2bMetrics final : public sandport::Metrics {
 public:
  explicit E2bMetrics(const Envd& envd) : envd_(envd) {}

  sandport::Task<std::string> read(std::int64_t since, std::int64_t until) override;
  sandport::Task<std::string> logs() override;

 private:
  const Envd& envd_;
};

class E2bNetwork final : public sandport::Network {
 public:
  explicit E2bNetwork(const Envd& envd) : envd_(envd) {}

  sandport::Task<std::string> get_policy() override;
  sandport::Task<void> set_policy(std::string policy) override;

 private:
  const Envd& envd_;
};

}  // namespace sandport_e2b
