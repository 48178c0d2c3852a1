// The templates of the emulated team, their builds and the files that were uploaded for them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/emulators/e2b/core/emulated_sandbox.hpp"

namespace sandport::e2b_emulator {

enum class BuildState { kWaiting, kBuilding, kReady, kError };

struct BuildEntry {
  WallTime time;
  std::string level;
  std::string message;
  std::string step;  // "base", "finalize", or a number from 1
};

struct TemplateBuild {
  TemplateBuild(const boost::asio::any_io_executor& executor, std::string build_id,
                std::string of_template)
      : id(std::move(build_id)), template_id(std::move(of_template)), changed(executor) {}

  void log(std::string level, std::string message, std::string step);

  std::string id;
  std::string template_id;
  BuildState state = BuildState::kWaiting;
  std::vector<BuildEntry> entries;
  std::string reason;  // of kError
  std::string reason_step;

  bool cancelled = false;
  bool running = false;  // a coroutine works on it
  Event changed;         // of running
  std::shared_ptr<Process> process;
};

struct BuiltTemplate {
  std::string id;
  std::string alias;
  WallTime created_at;
  std::map<std::string, std::string> tags;  // tag -> build
  std::vector<std::string> builds;
  std::int64_t cpu_count = 2;
  std::int64_t memory_mb = 1024;
};

struct TemplateStore {
  // By its id or its alias; null when there is none.
  [[nodiscard]] BuiltTemplate* find(const std::string& name);

  std::map<std::string, BuiltTemplate> templates;                // by id
  std::map<std::string, std::shared_ptr<TemplateBuild>> builds;  // by id
  std::map<std::string, std::filesystem::path> archives;         // by the hash of the files
};

}  // namespace sandport::e2b_emulator
