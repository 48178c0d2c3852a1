// The JSON Schema, draft 7, of the local backend's options.
#pragma once

#include <string_view>

namespace sandport_local {

inline constexpr std::string_view kOptionsSchema = R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "root": {
      "type": "string",
      "pattern": "^(/|$)",
      "description": "An existing directory that becomes the sandbox. It is never removed. Without it every sandbox gets a fresh directory of its own, removed when the sandbox is disposed of."
    },
    "allow_paths": {
      "type": "array",
      "description": "Further directories that file operations may touch: an absolute path, or {path, access}.",
      "items": {
        "anyOf": [
          {
            "type": "string",
            "pattern": "^/"
          },
          {
            "type": "object",
            "additionalProperties": false,
            "required": [
              "path"
            ],
            "properties": {
              "path": {
                "type": "string",
                "pattern": "^/",
                "description": "An existing directory."
              },
              "access": {
                "enum": [
                  "read-write",
                  "read-only"
                ],
                "default": "read-write",
                "description": "What file operations may do there. Commands are not held back by it."
              }
            }
          }
        ]
      }
    },
    "inherit_env": {
      "type": "array",
      "items": {
        "type": "string",
        "pattern": "^[^=*]+[*]?$"
      },
      "description": "Names of the host's environment variables that commands see; a name may end in *. Nothing else is passed on. Replaces the default list: PATH, LANG, LANGUAGE, LC_*, TERM, TZ, TMPDIR, USER, LOGNAME, SHELL."
    },
    "env": {
      "type": "object",
      "additionalProperties": {
        "type": "string"
      },
      "description": "Variables set for every command."
    },
    "home": {
      "enum": [
        "auto",
        "sandbox",
        "host"
      ],
      "default": "auto",
      "description": "HOME of commands: the sandbox's own directory, or the host user's home. auto: the sandbox's own for fresh directories, the host's for a given root."
    },
    "output_grace": {
      "type": "string",
      "format": "duration",
      "default": "200ms",
      "description": "How long a finished command's output is still waited for when a background child of it holds the output open."
    },
    "journal_size": {
      "type": "string",
      "format": "size",
      "default": "64MiB",
      "description": "How much output of a detached process is kept on disk, for each of stdout and stderr. Older output is dropped."
    }
  }
})json";

}  // namespace sandport_local
