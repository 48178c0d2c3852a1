// Writing a backend, part four: one sandbox.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/facets.hpp>
#include <sandport/file_system.hpp>
#include <sandport/process.hpp>
#include <sandport/task.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace sandport {
inline namespace v1 {

// Destroying it only drops our handle; dispose ends the remote sandbox. No Task of it is left then.
class Sandbox {
 public:
  Sandbox() = default;
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  virtual ~Sandbox() = default;

  // Never changes. Any thread.
  [[nodiscard]] virtual const std::string& id() const noexcept = 0;
  // JSON as abi/sandbox.h has it.
  [[nodiscard]] virtual Task<std::string> info() = 0;

  // Only makes the Process; its run() starts it. See Process for its lifetime: it may outlive
  // this call but not the sandbox.
  [[nodiscard]] virtual std::shared_ptr<Process> exec(ExecRequest request) = 0;
  [[nodiscard]] virtual std::shared_ptr<Process> attach(AttachRequest request) = 0;
  // JSON array, at least of the detached processes.
  [[nodiscard]] virtual Task<std::string> processes() = 0;

  // JSON {"url", "headers"}.
  [[nodiscard]] virtual Task<std::string> host_url(std::uint32_t port) {
    throw Error(SP_UNIMPLEMENTED, "this sandbox cannot publish port " + std::to_string(port));
  }
  // The remaining life, from now.
  [[nodiscard]] virtual Task<void> set_timeout(std::chrono::milliseconds remaining) {
    static_cast<void>(remaining);
    throw Error(SP_UNIMPLEMENTED, "this sandbox lives without a limit");
  }
  [[nodiscard]] virtual Task<void> dispose() = 0;

  [[nodiscard]] virtual FileSystem& files() = 0;

  // nullptr: has none. Never changes. Owned by the sandbox.
  [[nodiscard]] virtual Watch* watch() noexcept { return nullptr; }
  [[nodiscard]] virtual Pty* pty() noexcept { return nullptr; }
  [[nodiscard]] virtual Pause* pause() noexcept { return nullptr; }
  [[nodiscard]] virtual Snapshot* snapshot() noexcept { return nullptr; }
  [[nodiscard]] virtual Metrics* metrics() noexcept { return nullptr; }
  [[nodiscard]] virtual Network* network() noexcept { return nullptr; }
  [[nodiscard]] virtual Search* search() noexcept { return nullptr; }
};

inline Task<CreatedSandbox> Snapshot::fork() {
  throw Error(SP_UNIMPLEMENTED, "this sandbox cannot be forked");
}

}  // namespace v1
}  // namespace sandport
