// The `scripted` model: replies from a script, for demonstrations and tests without a network.
#include <nlohmann/json.hpp>
#include <sandport/plugin.hpp>

#include "script.hpp"
#include "scripted_model.hpp"
#include "yaml_file.hpp"

namespace {

constexpr const char* kSchema = R"json({
  "type": "object",
  "properties": {
    "turns": {
      "type": "array",
      "description": "What the model says, one item per reply",
      "minItems": 1,
      "items": {
        "type": "object",
        "properties": {
          "reasoning": {
            "type": "string"
          },
          "text": {
            "type": "string"
          },
          "tool_calls": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "id": {
                  "type": "string"
                },
                "name": {
                  "type": "string",
                  "minLength": 1
                },
                "arguments": {
                  "type": [
                    "object",
                    "string"
                  ],
                  "description": "A text is sent as it is, for arguments that are broken on purpose"
                }
              },
              "required": [
                "name"
              ],
              "additionalProperties": false
            }
          },
          "finish_reason": {
            "type": "string",
            "description": "Default: tool_calls or stop"
          },
          "usage": {
            "type": "object",
            "description": "Default: an estimate"
          },
          "expect": {
            "type": "array",
            "description": "What must hold for the tool results before this reply",
            "items": {
              "type": "object",
              "properties": {
                "tool": {
                  "type": "string"
                },
                "index": {
                  "type": "integer",
                  "minimum": 0
                },
                "contains": {
                  "type": "string"
                },
                "not_contains": {
                  "type": "string"
                },
                "equals": {
                  "type": "string"
                },
                "matches": {
                  "type": "string"
                },
                "is_error": {
                  "type": "boolean"
                }
              },
              "additionalProperties": false
            }
          },
          "delay": {
            "type": "string",
            "format": "duration"
          },
          "fault": {
            "type": "object",
            "properties": {
              "code": {
                "type": "string",
                "description": "A gRPC name, or interrupted",
                "default": "unavailable"
              },
              "message": {
                "type": "string"
              },
              "reason": {
                "type": "string"
              },
              "retryable": {
                "type": "boolean"
              },
              "retry_after": {
                "type": "string",
                "format": "duration"
              },
              "after_bytes": {
                "type": "integer",
                "minimum": 0,
                "description": "Bytes that stream before it"
              },
              "times": {
                "type": "integer",
                "minimum": 0,
                "description": "Calls that fail before one succeeds; 0: every one"
              }
            },
            "additionalProperties": false
          }
        },
        "additionalProperties": false
      }
    },
    "file": {
      "type": "string",
      "minLength": 1,
      "format": "host-path",
      "description": "A YAML file with these options, or with the list of turns"
    },
    "repeat": {
      "type": "string",
      "enum": [
        "error",
        "last",
        "loop"
      ],
      "description": "After the last turn (default: error)"
    },
    "model": {
      "type": "string",
      "description": "The name that replies carry (default: scripted)"
    },
    "chunk_size": {
      "type": "integer",
      "minimum": 0,
      "description": "Bytes of one streamed piece; 0 (default): all at once"
    },
    "chunk_delay": {
      "type": "string",
      "format": "duration",
      "description": "Between two pieces"
    }
  },
  "additionalProperties": false
})json";

// Options beside `file` win over those in it.
std::unique_ptr<sandport::Model> make(sandport::Host host, std::string_view config) {
  nlohmann::json options = nlohmann::json::parse(config);
  if (const auto file = options.find("file"); file != options.end()) {
    nlohmann::json merged = scripted::read_yaml_file(file->get<std::string>());
    if (!merged.is_object()) throw std::invalid_argument("file: must hold a mapping or a list");
    merged.update(options);
    options = std::move(merged);
  }
  return std::make_unique<scripted::ScriptedModel>(host, scripted::parse_script(options));
}

}  // namespace

SANDPORT_PLUGIN("io.sandport.scripted", "0.1.0", "Apache-2.0",
                "A model that follows a script, without a network",
                sandport::model_kind<make>("scripted", "Replies from a script: no network, no key",
                                           kSchema))
