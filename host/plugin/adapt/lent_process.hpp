// A process that a tool started, as its sp_process.
#pragma once

#include <sandport/abi.h>

#include <atomic>
#include <memory>

#include "core/sandbox/process.hpp"
#include "host/plugin/adapt/lent_sandbox.hpp"

namespace sandport::adapt {

// Belongs to the operation it came with. Input may be submitted before the process has started.
class LentProcess : public std::enable_shared_from_this<LentProcess> {
 public:
  explicit LentProcess(std::shared_ptr<LentSandbox> sandbox);

  [[nodiscard]] sp_process* abi() { return &handle_.abi; }
  [[nodiscard]] static LentProcess& of(sp_process* self) {
    return *reinterpret_cast<Handle*>(self)->owner;
  }
  [[nodiscard]] LentSandbox& sandbox() { return *sandbox_; }
  [[nodiscard]] std::int64_t pid() const { return pid_; }

  // On the strand, as all below.
  void adopt(std::unique_ptr<Process> process);
  [[nodiscard]] const std::shared_ptr<Process>& running() const { return process_; }
  // It has ended, or never started.
  void drop();
  // Once it has started or ended; null when it does not run.
  [[nodiscard]] Task<std::shared_ptr<Process>> settled();

 private:
  struct Handle {
    sp_process abi;
    LentProcess* owner;
  };

  Handle handle_;
  const std::shared_ptr<LentSandbox> sandbox_;
  std::shared_ptr<Process> process_;
  bool settled_ = false;
  std::atomic<std::int64_t> pid_ = 0;
  Waiters waiters_;
};

}  // namespace sandport::adapt
