// The `e2b-template-builder`: templates of E2B and of services that speak its API.
#include <sandport/plugin.hpp>

#include "builder.hpp"
#include "options.hpp"

namespace {

// Beside JSON Schema's own: `x-environment` names the variable that a command without a manifest
// takes an option from, `x-starter` is a template file for people to begin with.
constexpr const char* kSchema = R"json({
  "type": "object",
  "x-starter": "# What sandboxes of this template hold. `sandport template plan` shows what a build would send.\n# `sandport template build` builds it; then in a manifest:\n#   sandbox: {uses: e2b, with: {template: my-template}}\nname: my-template\nbase: python          # python, node, bun, debian, ubuntu, fedora, alpine, arch, default\nbase_version: \"3.12\"\ncpu_count: 2\nmemory_mb: 1024\n\napt_packages: [git]\npip_packages: [requests]\n\n# One after the other, below what stands above.\nsteps:\n  - run: mkdir -p /data\n    user: root\n#  - copy: {src: requirements.txt, dest: /app/}\n#  - env: {PYTHONUNBUFFERED: 1}\n#  - git_clone: {url: https://github.com/owner/name.git, depth: 1}\n\nwork_dir: /home/user\n\n# A service that runs when a sandbox starts, and how to know that it is up.\n# start_cmd: python -m http.server 8000\n# ready_cmd: {port: 8000}\n",
  "properties": {
    "api_key": {"type": "string", "writeOnly": true, "x-environment": "E2B_API_KEY", "description": "The team's key; planning needs none"},
    "domain": {"type": "string", "minLength": 1, "default": "e2b.app", "x-environment": "E2B_DOMAIN", "description": "The service is at api.<domain>"},
    "api_url": {"type": "string", "pattern": "^https?://", "x-environment": "E2B_API_URL", "description": "In place of https://api.<domain>"},
    "request_timeout": {"type": "string", "format": "duration", "default": "1m", "description": "Of one request; uploads have their own"},
    "upload_timeout": {"type": "string", "format": "duration", "default": "1h", "description": "Of one archive"},
    "build_timeout": {"type": "string", "format": "duration", "description": "How long to wait for a build; default: as long as it takes"},
    "outage_limit": {"type": "string", "format": "duration", "default": "5m", "description": "How long the service may be out of reach while a build is waited for"},
    "parallel_uploads": {"type": "integer", "minimum": 1, "maximum": 64, "default": 4}
  },
  "additionalProperties": false
})json";

// Hosts may lend no directory; then builds are just not remembered.
std::string find_state_dir(sandport::Host host) {
  try {
    return host.state_dir();
  } catch (const sandport::Error&) {
    return {};
  }
}

std::unique_ptr<sandport::TemplateBuilder> make(sandport::Host host, std::string_view config) {
  return std::make_unique<e2b_template::Builder>(host, e2b_template::parse_options(config),
                                                 find_state_dir(host));
}

}  // namespace

SANDPORT_PLUGIN("io.sandport.e2b-template-builder", "0.1.0", "Apache-2.0",
                "Builds templates of E2B from a YAML file or a Dockerfile",
                sandport::template_builder_kind<make>(
                    "e2b-template-builder", "E2B templates from a YAML file or a Dockerfile",
                    kSchema))
