// All that the emulated cloud has: its sandboxes, snapshots and settings. On the server's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/emulators/e2b/core/emulated_sandbox.hpp"
#include "tests/emulators/e2b/core/local_host.hpp"
#include "tests/emulators/e2b/core/version.hpp"
#include "tests/emulators/e2b/emulator.hpp"
#include "tests/emulators/e2b/templates/template_store.hpp"

namespace sandport::e2b_emulator {

struct Snapshot {
  std::string id;
  std::vector<std::string> names;
  std::string sandbox_id;           // of which it was taken; empty: a template's
  std::unique_ptr<Sandbox> holder;  // whose root keeps the files
  std::string root;
};

struct EmulatedTemplate {
  std::string id;
  std::string name;
};

struct World {
  World(EmulatorOptions given, LocalHost& local_host);

  // A fresh sandbox, not yet in `sandboxes`. From a snapshot when `origin` is not null.
  [[nodiscard]] Task<std::shared_ptr<EmulatedSandbox>> make_sandbox(const Snapshot* origin);
  // Into `sandboxes`, with its clock running.
  void start(const std::shared_ptr<EmulatedSandbox>& sandbox, std::chrono::seconds life);
  // Gives it another kernel boot id, as a machine that was started anew has.
  [[nodiscard]] static Task<void> boot(EmulatedSandbox& sandbox);
  // Copies files between roots, both of this machine.
  [[nodiscard]] static Task<void> copy_root(Sandbox& through, std::string from, std::string to);
  // Running or paused; null otherwise.
  [[nodiscard]] std::shared_ptr<EmulatedSandbox> find(const std::string& id) const;
  [[nodiscard]] Snapshot* find_snapshot(const std::string& name);
  [[nodiscard]] std::size_t running() const;
  [[nodiscard]] bool at_least(const char* version) const;  // envd's version

  [[nodiscard]] Task<std::vector<std::string>> list_ids();
  // Kills all and waits until nothing of theirs runs any more.
  [[nodiscard]] Task<void> end();

  // What a deadline, a client or a test does to a sandbox. Its streams are cut.
  [[nodiscard]] Task<void> pause(std::shared_ptr<EmulatedSandbox> sandbox, bool keep_memory);
  [[nodiscard]] Task<void> pause_with_memory(std::shared_ptr<EmulatedSandbox> sandbox);
  [[nodiscard]] Task<void> resume(std::shared_ptr<EmulatedSandbox> sandbox);
  [[nodiscard]] Task<void> kill(std::shared_ptr<EmulatedSandbox> sandbox);
  [[nodiscard]] Task<void> expire(std::shared_ptr<EmulatedSandbox> sandbox);
  // Sets the end and the timer for it.
  void set_deadline(const std::shared_ptr<EmulatedSandbox>& sandbox, WallTime end);

  EmulatorOptions options;
  LocalHost& local;
  Isolation isolation = Isolation::kNone;
  std::filesystem::path guest_program;
  boost::asio::any_io_executor executor;  // the server's
  std::map<std::string, std::shared_ptr<EmulatedSandbox>> sandboxes;
  std::vector<std::string> order;  // of creation
  std::vector<EmulatedTemplate> templates;
  std::vector<std::unique_ptr<Snapshot>> snapshots;  // also what templates were built to
  TemplateStore template_store;

  // Also used from other threads.
  std::mutex mutex;
  Rules rules;
  std::vector<SeenRequest> requests;
};

// Lower-case letters and digits.
[[nodiscard]] std::string random_id(std::size_t length);

}  // namespace sandport::e2b_emulator
