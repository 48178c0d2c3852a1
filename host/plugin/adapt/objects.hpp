// The plugin's objects behind our adapters, and how each of them ends.
#pragma once

#include <sandport/abi.h>

#include <memory>
#include <utility>

#include "host/plugin/adapt/operation.hpp"

namespace sandport::adapt {

// What create made. Destroyed with the last adapter and operation that uses it; then `keep` (the
// host services lent to it) may go.
template <typename Abi>
class InstanceObject final : public PluginObject {
 public:
  InstanceObject(Abi* abi, std::shared_ptr<PluginMonitor> monitor, std::shared_ptr<const void> keep)
      : PluginObject(std::move(monitor)), keep_(std::move(keep)), abi_(abi) {}
  ~InstanceObject() override {
    if (SP_HAS(Abi, abi_, destroy)) abi_->destroy(abi_);
  }

  [[nodiscard]] Abi* abi() const { return abi_; }

 private:
  std::shared_ptr<const void> keep_;
  Abi* abi_;
};

using BackendObject = InstanceObject<sp_backend>;

class SandboxObject final : public PluginObject {
 public:
  // Owns abi: closes it.
  SandboxObject(sp_sandbox* abi, std::shared_ptr<PluginObject> parent)
      : PluginObject(parent->monitor()), parent_(std::move(parent)), abi_(abi) {}
  ~SandboxObject() override {
    if (SP_HAS(sp_sandbox, abi_, close)) abi_->close(abi_);
  }

  [[nodiscard]] sp_sandbox* abi() const { return abi_; }

  // Null when the sandbox lacks it.
  template <typename Table>
  [[nodiscard]] const Table* extension(const char* id) const {
    if (!SP_HAS(sp_sandbox, abi_, get_extension)) return nullptr;
    return static_cast<const Table*>(abi_->get_extension(abi_, id));
  }

 private:
  std::shared_ptr<PluginObject> parent_;
  sp_sandbox* abi_;
};

// The input end of a process. Keeps the operation it came with from being released.
class ProcessObject final : public PluginObject {
 public:
  // operation: started as pinned.
  ProcessObject(sp_process* abi, std::shared_ptr<PluginObject> sandbox,
                std::shared_ptr<Operation> operation)
      : PluginObject(sandbox->monitor()),
        sandbox_(std::move(sandbox)),
        operation_(std::move(operation)),
        abi_(abi) {}
  ~ProcessObject() override { operation_->unpin(); }

  [[nodiscard]] sp_process* abi() const { return abi_; }

 private:
  std::shared_ptr<PluginObject> sandbox_;
  std::shared_ptr<Operation> operation_;
  sp_process* abi_;
};

}  // namespace sandport::adapt
