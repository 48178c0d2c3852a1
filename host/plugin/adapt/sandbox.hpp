// A plugin's sandbox as core sees it.
#pragma once

#include <memory>
#include <string>

#include "core/sandbox/sandbox.hpp"
#include "host/plugin/adapt/objects.hpp"

namespace sandport::adapt {

// What info JSON says. Throws Error kInternal when it is not an object with an id.
[[nodiscard]] SandboxInfo parse_sandbox_info(const std::string& json, const std::string& plugin);

// Throws Error kInternal when a required function is missing. info: what create brought.
[[nodiscard]] std::unique_ptr<Sandbox> adapt_sandbox(std::shared_ptr<SandboxObject> object,
                                                     SandboxInfo info);

[[nodiscard]] std::unique_ptr<FileSystem> adapt_files(std::shared_ptr<SandboxObject> object);

// A process operation that was submitted; returns when the process has started.
[[nodiscard]] Task<std::unique_ptr<Process>> adapt_process(std::shared_ptr<SandboxObject> sandbox,
                                                           OperationHandle operation,
                                                           sp_process* process);

[[nodiscard]] std::unique_ptr<PauseExtension> adapt_pause(
    const std::shared_ptr<SandboxObject>& object);
[[nodiscard]] std::unique_ptr<SnapshotExtension> adapt_snapshot(
    const std::shared_ptr<SandboxObject>& object);
[[nodiscard]] std::unique_ptr<MetricsExtension> adapt_metrics(
    const std::shared_ptr<SandboxObject>& object);
[[nodiscard]] std::unique_ptr<NetworkExtension> adapt_network(
    const std::shared_ptr<SandboxObject>& object);
[[nodiscard]] Task<std::unique_ptr<Watch>> adapt_watch(std::shared_ptr<SandboxObject> object,
                                                       const sp_sandbox_watch* table,
                                                       std::string path, WatchDepth depth);

// What happens to a sandbox that arrives when nobody waits for it any more, or with a failure:
// what we made is disposed of, what somebody else made is only let go. In the background.
enum class Latecomer { kDispose, kClose };

// Waits for an operation that brings a sandbox.
[[nodiscard]] Task<std::unique_ptr<Sandbox>> receive_sandbox(std::shared_ptr<PluginObject> parent,
                                                             std::string name, Latecomer latecomer,
                                                             Operation::Submit submit);

}  // namespace sandport::adapt
