// What a manifest says, checked and typed.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/manifest/node.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {

// One `uses:` / `with:` pair.
struct PluginUse {
  std::string uses;            // the plugin's name
  std::filesystem::path file;  // absolute; empty: search for `uses`
  std::string sha256;          // lower-case hex; empty: not pinned
  Node with;                   // a map, as written
  std::string path;            // "model", "sandbox", "tools[0]": for messages
  Location location;           // of the value of `uses`
  // The options as JSON text, for the plugin. Until `check_plugin_options` has run: as written;
  // then with the schema's defaults in place. Holds secret references, never secrets: pass it
  // through `resolve_secrets_in_json` where it is used.
  std::string options = "{}";
  std::vector<std::string> secrets;  // the names this plugin was granted
  // JSON pointers of options that the plugin's schema marks `writeOnly`; known after the check.
  std::vector<std::string> hidden_options;
};

enum class OnExit {
  kAuto,  // dispose what we created, keep what we connected to
  kDispose,
  kPause,
  kKeep,
};

struct SandboxUse {
  PluginUse plugin;
  std::string work_dir;  // inside the sandbox; empty: the backend's choice
  std::vector<std::pair<std::string, std::string>> environment;  // may hold secret references
  OnExit on_exit = OnExit::kAuto;
};

struct ToolsetUse {
  PluginUse plugin;
  std::optional<std::vector<std::string>> include;  // only these tools
  std::vector<std::string> exclude;                 // all but these
};

// What is not set is left to the defaults of the agent loop. Zero means no limit.
struct AgentSettings {
  std::string system_prompt;  // of `system_prompt` or the text of `system_prompt_file`
  std::optional<std::int64_t> max_steps;
  std::optional<std::int64_t> max_tokens;         // of all steps of a turn together
  std::optional<std::int64_t> max_output_tokens;  // of one reply
  std::optional<std::chrono::milliseconds> max_time;
  std::optional<std::int64_t> max_parallel_tools;
  std::optional<std::int64_t> max_identical_calls;
  std::optional<std::chrono::milliseconds> tool_timeout;
  std::optional<std::uint64_t> tool_output_limit;  // bytes of text
  std::optional<std::uint64_t> max_tool_media;     // bytes of each image and the like
  std::optional<std::chrono::milliseconds> cancel_grace;
  std::optional<std::int64_t> model_retries;
  std::optional<std::chrono::milliseconds> model_retry_delay;
  std::optional<std::chrono::milliseconds> model_retry_max_delay;
  std::optional<std::chrono::milliseconds> model_retry_after_limit;
  std::optional<std::chrono::milliseconds> model_idle_timeout;
};

enum class Decision { kAllow, kAsk, kDeny };

struct PermissionRules {
  std::vector<std::string> deny;
  std::vector<std::string> ask;
  std::vector<std::string> allow;
  std::optional<Decision> otherwise;   // `default`: for a call that no rule matches
  std::optional<Decision> unattended;  // what becomes of `ask` when nobody is there: allow or deny
};

struct Manifest {
  std::filesystem::path file;  // as the user named it
  std::string name;            // the file's name without extension, when the manifest has none
  std::string description;
  PluginUse model;
  SandboxUse sandbox;
  std::vector<ToolsetUse> tools;
  AgentSettings agent;
  PermissionRules permissions;
  std::string prompt;
  std::shared_ptr<const Sources> sources;  // the texts that the locations point into
};

// Every plugin use of a manifest: model, sandbox, then the toolsets in order.
[[nodiscard]] std::vector<PluginUse*> plugin_uses(Manifest& manifest);
[[nodiscard]] std::vector<const PluginUse*> plugin_uses(const Manifest& manifest);

}  // namespace sandport::manifest
