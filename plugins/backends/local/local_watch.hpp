// The SDK's Watch over inotify.
#pragma once

#include <memory>
#include <sandport/facets.hpp>
#include <sandport/host.hpp>

#include "files/roots.hpp"
#include "process/descriptor.hpp"
#include "process/io_thread.hpp"
#include "watch/watch_tree.hpp"

namespace sandport_local {

class LocalWatch final : public sandport::Watch {
 public:
  // thread and roots outlive this.
  LocalWatch(sandport::Host host, IoThread& thread, const Roots& roots)
      : host_(host), thread_(thread), roots_(roots) {}

  sandport::Task<void> watch(std::string path, sandport::WatchDepth depth,
                             sandport::WatchOutput& output) override;

 private:
  [[nodiscard]] sandport::Task<void> follow(WatchTree& tree, std::shared_ptr<Descriptor> ready,
                                            sandport::WatchOutput& output);

  sandport::Host host_;
  IoThread& thread_;
  const Roots& roots_;
};

}  // namespace sandport_local
