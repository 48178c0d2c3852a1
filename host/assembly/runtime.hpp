// What one process of the host has one of: threads, connections, secrets, sessions, plugins.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/model/model.hpp"
#include "core/sandbox/sandbox.hpp"
#include "core/session/store.hpp"
#include "core/tool/toolset.hpp"
#include "host/manifest/manifest.hpp"
#include "host/plugin/registry.hpp"
#include "host/plugin/template_builder.hpp"

namespace sandport {

class Engine;

enum class Logging { kWarnings, kEverything };

struct RuntimeOptions {
  Logging logging = Logging::kWarnings;  // of plugins, on standard error
  // A plugin that takes longer to start is given up, and with it the process.
  std::chrono::milliseconds plugin_start_timeout{30'000};
};

// Used from the main thread; what it makes may be used from the engine's. Destroying it, after
// everything it made, ends what runs and waits for it.
class Runtime {
 public:
  explicit Runtime(RuntimeOptions options);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  [[nodiscard]] Engine& engine();
  [[nodiscard]] PluginRegistry& plugins();
  // Opened at the first call.
  [[nodiscard]] SessionStore& store();
  // A secret's value. Throws Error kNotFound when it is not set.
  [[nodiscard]] std::string secret(std::string_view name);
  // Masks every secret that was ever resolved here.
  [[nodiscard]] std::string redact(std::string text) const;

  // Each starts one instance of a plugin with the options of the manifest, secrets filled in.
  // Throws what the plugin's create says. An instance lives in what is returned.
  [[nodiscard]] std::unique_ptr<Backend> make_backend(const FoundPlugin& plugin,
                                                      const manifest::PluginUse& use);
  [[nodiscard]] std::unique_ptr<Model> make_model(const FoundPlugin& plugin,
                                                  const manifest::PluginUse& use);
  [[nodiscard]] std::shared_ptr<Toolset> make_toolset(const FoundPlugin& plugin,
                                                      const manifest::PluginUse& use);
  [[nodiscard]] std::unique_ptr<TemplateBuilder> make_template_builder(
      const FoundPlugin& plugin, const manifest::PluginUse& use);

 private:
  struct State;
  struct Instance;
  [[nodiscard]] Instance start(const FoundPlugin& plugin, const manifest::PluginUse& use);

  std::unique_ptr<State> state_;
};

}  // namespace sandport
