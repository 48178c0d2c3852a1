// The `e2b-template-builder`: templates of E2B and of services that speak its API.
#include <sandport/plugin.hpp>

#include "builder.hpp"
#include "options.hpp"

namespace {

// `x-environment` names the variable that a command without a manifest takes the option from.
constexpr const char* kSchema = R"json({
  "type": "object",
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
