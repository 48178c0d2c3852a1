// One environment for an agent: files, processes, ports. Its id outlives us.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/sandbox/extensions.hpp"
#include "core/sandbox/file_system.hpp"
#include "core/sandbox/process.hpp"
#include "core/sandbox/search.hpp"
#include "core/task.hpp"

namespace sandport {

enum class SandboxState { kRunning, kPaused, kEnded };

struct SandboxInfo {
  std::string id;
  SandboxState state = SandboxState::kRunning;
  std::string home;      // absolute
  std::string work_dir;  // absolute
  std::map<std::string, std::string> labels;
  std::string json;  // everything the backend said
};

struct HostUrl {
  std::string url;
  std::map<std::string, std::string> headers;  // to be sent along, for instance an access token
};

struct ProcessInfo {
  std::int64_t pid = 0;
  std::string tag;
  std::vector<std::string> argv;
  bool running = false;
  int exit_code = 0;  // when not running
};

// Two verbs end it: dispose() ends the remote sandbox, destroying the object only drops our handle.
// Operations of one sandbox may overlap freely; any thread.
class Sandbox {
 public:
  virtual ~Sandbox() = default;

  [[nodiscard]] virtual const std::string& id() const = 0;
  // Without a request: as the backend last told it.
  [[nodiscard]] virtual const SandboxInfo& info() const = 0;
  [[nodiscard]] virtual Task<SandboxInfo> refresh() = 0;

  [[nodiscard]] virtual FileSystem& files() = 0;
  // Throws kInvalidArgument for an empty argv. Returns when the process has started.
  [[nodiscard]] virtual Task<std::unique_ptr<Process>> exec(ExecRequest request) = 0;
  [[nodiscard]] virtual Task<std::unique_ptr<Process>> attach(AttachRequest request) = 0;
  [[nodiscard]] virtual Task<std::vector<ProcessInfo>> processes() = 0;

  [[nodiscard]] virtual Task<HostUrl> host_url(std::uint16_t port) = 0;
  [[nodiscard]] virtual Task<void> set_timeout(std::chrono::milliseconds life) = 0;
  // Nothing when it was already gone.
  [[nodiscard]] virtual Task<void> dispose() = 0;

  // kUnimplemented where the backend cannot.
  [[nodiscard]] virtual Task<std::unique_ptr<Watch>> watch(std::string path, WatchDepth depth) = 0;
  // Each null where the backend cannot. Owned by the sandbox.
  [[nodiscard]] virtual PauseExtension* pause_extension() { return nullptr; }
  [[nodiscard]] virtual SnapshotExtension* snapshot_extension() { return nullptr; }
  [[nodiscard]] virtual MetricsExtension* metrics_extension() { return nullptr; }
  [[nodiscard]] virtual NetworkExtension* network_extension() { return nullptr; }

  // Native search of the backend; the free functions of search.hpp fall back when these answer
  // false.
  [[nodiscard]] virtual bool has_native_search() const { return false; }
  [[nodiscard]] virtual Task<std::vector<std::string>> native_glob(GlobRequest request);
  [[nodiscard]] virtual Task<std::vector<GrepMatch>> native_grep(GrepRequest request);
};

struct SandboxSpec {
  std::string work_dir;  // empty: the backend's default
  std::map<std::string, std::string> env;
  std::map<std::string, std::string> labels;  // come back from list()
};

struct SandboxFilter {
  std::map<std::string, std::string> labels;
  std::uint32_t limit = 100;
  std::string page;  // from SandboxPage::next_page
};

struct SandboxPage {
  std::vector<SandboxInfo> sandboxes;
  std::string next_page;  // empty at the end
};

// Makes and finds sandboxes. Outlives every sandbox it made.
class Backend {
 public:
  virtual ~Backend() = default;

  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual std::string capabilities_json() const = 0;
  // Costs nothing: no request, no spending. Throws kInvalidArgument.
  virtual void validate(const SandboxSpec& spec) = 0;
  // When cancelled, a sandbox that was made all the same is disposed of.
  [[nodiscard]] virtual Task<std::unique_ptr<Sandbox>> create(SandboxSpec spec) = 0;
  [[nodiscard]] virtual Task<std::unique_ptr<Sandbox>> connect(std::string id,
                                                               SandboxSpec spec) = 0;
  [[nodiscard]] virtual Task<SandboxPage> list(SandboxFilter filter) = 0;
  [[nodiscard]] virtual Task<void> dispose(std::string id) = 0;
};

}  // namespace sandport
