// How a manifest's sandbox is made or found.
#pragma once

#include <memory>
#include <string>

#include "core/sandbox/sandbox.hpp"
#include "host/manifest/manifest.hpp"

namespace sandport {

class Runtime;

enum class SandboxOrigin { kCreated, kConnected };

struct OpenedSandbox {
  std::unique_ptr<Sandbox> sandbox;
  SandboxOrigin origin = SandboxOrigin::kCreated;
  std::string work_dir;  // absolute in the sandbox
};

// The backend's own option `sandbox_id`: the sandbox to connect to; empty: a new one.
[[nodiscard]] std::string configured_sandbox_id(const manifest::Manifest& manifest);

// How a sandbox is to be made; the environment's secrets are resolved. session_id is put on it as a
// label, so that it is found again when nobody wrote down its id; may be empty.
[[nodiscard]] SandboxSpec sandbox_spec(Runtime& runtime, const manifest::Manifest& manifest,
                                       const std::string& session_id);

// Connects to the configured sandbox, or makes one.
[[nodiscard]] Task<OpenedSandbox> open_sandbox(Runtime& runtime, Backend& backend,
                                               const manifest::Manifest& manifest,
                                               std::string session_id = {});

}  // namespace sandport
