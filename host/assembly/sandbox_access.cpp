#include "host/assembly/sandbox_access.hpp"

#include <nlohmann/json.hpp>

#include "host/assembly/runtime.hpp"
#include "host/manifest/secrets.hpp"

namespace sandport {

std::string configured_sandbox_id(const manifest::Manifest& manifest) {
  const auto options = nlohmann::json::parse(manifest.sandbox.plugin.options);
  const auto id = options.find("sandbox_id");
  return id != options.end() && id->is_string() ? id->get<std::string>() : std::string();
}

SandboxSpec sandbox_spec(Runtime& runtime, const manifest::Manifest& manifest,
                         const std::string& session_id) {
  SandboxSpec spec;
  spec.work_dir = manifest.sandbox.work_dir;
  for (const auto& [name, value] : manifest.sandbox.environment) {
    spec.env[name] = manifest::resolve_secrets(
        std::string_view(value),
        [&runtime](std::string_view secret) { return runtime.secret(secret); });
  }
  spec.labels = {{"sandport.agent", manifest.name}};
  if (!session_id.empty()) spec.labels["sandport.session"] = session_id;
  return spec;
}

Task<OpenedSandbox> open_sandbox(Runtime& runtime, Backend& backend,
                                 const manifest::Manifest& manifest, std::string session_id) {
  SandboxSpec spec = sandbox_spec(runtime, manifest, session_id);
  const std::string id = configured_sandbox_id(manifest);
  OpenedSandbox opened;
  if (id.empty()) {
    opened.sandbox = co_await backend.create(spec);
  } else {
    opened.sandbox = co_await backend.connect(id, spec);
    opened.origin = SandboxOrigin::kConnected;
  }
  opened.work_dir = spec.work_dir.empty() ? opened.sandbox->info().work_dir : spec.work_dir;
  co_return opened;
}

}  // namespace sandport
