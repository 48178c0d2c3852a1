// The JSON Schema, draft 7, of the E2B backend's options.
#pragma once

#include <string_view>

namespace sandport_e2b {

// No defaults where "not given" and "the default" differ on the wire.
inline constexpr std::string_view kOptionsSchema = R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "api_key": {"type": "string", "writeOnly": true, "description": "The team's key, e2b_…. Default: the secret E2B_API_KEY"},
    "template": {"type": "string", "description": "Id, alias, alias:tag, namespace/alias:tag, or a snapshot's id. Default: base"},
    "template_file": {"type": "string", "format": "host-path", "description": "A template file, in place of template: built when there is no template of its name yet"},
    "sandbox_id": {"type": "string", "description": "An existing sandbox to connect to, running or paused. It is kept at the end. Empty: a new one"},
    "timeout": {"type": "string", "format": "duration", "description": "How long the sandbox lives, extended while it is in use. Default for new ones: 5m. For existing ones: as it is; when given, it is extended to this and never shortened"},
    "auto_extend": {"type": "boolean", "default": true, "description": "Extend the sandbox's life by timeout while operations run on it"},
    "work_dir": {"type": "string", "description": "Where commands start when the manifest's sandbox.work_dir is not set; made when missing. Default: the template's"},
    "envs": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Variables of the whole sandbox"},
    "metadata": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Labels to find the sandbox by, beside Sandport's own"},
    "allow_internet_access": {"type": "boolean"},
    "network": {
      "type": "object",
      "additionalProperties": false,
      "description": "What the sandbox may reach, and who may reach it",
      "properties": {
        "allow_out": {"type": "array", "items": {"type": "string"}, "description": "IP, CIDR, domain or *.domain. A domain needs deny_out: [0.0.0.0/0]"},
        "deny_out": {"type": "array", "items": {"type": "string"}, "description": "IP or CIDR"},
        "allow_public_traffic": {"type": "boolean", "description": "false: ports answer only with a token, which host_url brings"},
        "mask_request_host": {"type": "string", "description": "Host header that services in the sandbox see; ${PORT} is substituted"},
        "https_ports": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 65535}},
        "rules": {"type": "object", "description": "Domain to a list of {transform: {headers: {…}}}"},
        "egress_proxy": {
          "type": "object",
          "additionalProperties": false,
          "required": ["address"],
          "properties": {"address": {"type": "string"}, "username": {"type": "string"}, "password": {"type": "string", "writeOnly": true}}
        }
      }
    },
    "secure": {"type": "boolean", "default": true, "description": "Access needs a token that only we have"},
    "auto_pause": {"type": "boolean", "description": "At the end of its life: pause instead of ending it"},
    "keep_memory": {"type": "boolean", "description": "What auto_pause keeps: memory and disk, or false: the disk alone"},
    "auto_resume": {"type": "boolean", "description": "A paused sandbox wakes when a request reaches it. Needs auto_pause"},
    "user": {"type": "string", "description": "Who runs commands and owns files. Default: the template's user"},
    "exec_timeout": {"type": "string", "format": "duration", "description": "For commands that come without one. Default: none"},
    "output_grace": {"type": "string", "format": "duration", "default": "200ms", "description": "How long a finished command's output is still awaited when a background child of it holds the output open"},
    "keepalive": {"type": "string", "format": "duration", "default": "20s", "description": "How often an idle stream is to show life; after more than two intervals without it is taken for dead. 1s to 10m"},
    "request_timeout": {"type": "string", "format": "duration", "default": "60s", "description": "Of one request that does not stream; 0s: none"},
    "connect_timeout": {"type": "string", "format": "duration", "default": "15s"},
    "retries": {"type": "integer", "minimum": 0, "maximum": 20, "default": 3, "description": "How often a request that may safely be repeated is"},
    "gzip": {"type": "boolean", "default": false, "description": "Compress uploads where the sandbox can unpack them"},
    "domain": {"type": "string", "description": "Default: E2B_DOMAIN, else e2b.app"},
    "api_url": {"type": "string", "description": "Of the control API. Default: E2B_API_URL, else https://api.<domain>"},
    "sandbox_url": {"type": "string", "description": "Of all sandboxes. Default: E2B_SANDBOX_URL, else by the domain"},
    "debug": {"type": ["boolean", "string"], "description": "One sandbox on localhost:49983 and no control API. Default: E2B_DEBUG"}
  }
})json";

}  // namespace sandport_e2b
