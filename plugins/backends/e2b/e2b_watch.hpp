// Watching directories, over streams that are opened again when they are lost.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <sandport/facets.hpp>
#include <string>

#include "connect/envd.hpp"
#include "life.hpp"

namespace sandport_e2b {

class E2bWatch final : public sandport::Watch {
 public:
  // Both outlive this.
  E2bWatch(const Envd& envd, Life& life) : envd_(envd), life_(life) {}

  sandport::Task<void> watch(std::string path, sandport::WatchDepth depth,
                             sandport::WatchOutput& output) override;

 private:
  // State of one watch across its streams.
  struct Progress {
    bool ready = false;  // said once
    bool seen = false;   // something came over the present stream
  };

  [[nodiscard]] sandport::Task<void> watch_once(const std::string& path, sandport::WatchDepth depth,
                                                Progress* progress, sandport::WatchOutput& output);
  [[nodiscard]] sandport::Task<void> take(const std::string& path, const nlohmann::json& message,
                                          Progress* progress, sandport::WatchOutput& output);

  const Envd& envd_;
  Life& life_;
};

}  // namespace sandport_e2b
