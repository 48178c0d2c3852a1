#include "schemas.hpp"

namespace files {

const char* const kReadSchema = R"json({
  "type": "object",
  "properties": {
    "path": {"type": "string", "description": "Absolute, or relative to the working directory"},
    "offset": {"type": "integer", "default": 1, "description": "First line, from 1; negative: so many lines before the end"},
    "limit": {"type": "integer", "minimum": 1, "description": "Most lines to show"}
  },
  "required": ["path"],
  "additionalProperties": false
})json";

const char* const kWriteSchema = R"json({
  "type": "object",
  "properties": {
    "path": {"type": "string", "description": "Absolute, or relative to the working directory"},
    "content": {"type": "string", "description": "The whole content, or what to append"},
    "mode": {"type": "string", "enum": ["overwrite", "append"], "default": "overwrite"}
  },
  "required": ["path", "content"],
  "additionalProperties": false
})json";

const char* const kEditSchema = R"json({
  "type": "object",
  "properties": {
    "path": {"type": "string", "description": "Absolute, or relative to the working directory"},
    "old_string": {"type": "string", "description": "The exact text to replace, with its white space and without line numbers"},
    "new_string": {"type": "string", "description": "What to put in its place"},
    "replace_all": {"type": "boolean", "default": false, "description": "Replace every occurrence"}
  },
  "required": ["path", "old_string", "new_string"],
  "additionalProperties": false
})json";

const char* const kMultiEditSchema = R"json({
  "type": "object",
  "properties": {
    "edits": {
      "type": "array",
      "minItems": 1,
      "maxItems": 200,
      "items": {
        "type": "object",
        "properties": {
          "path": {"type": "string"},
          "find": {"type": "string", "description": "The exact text to replace"},
          "replace": {"type": "string", "description": "What to put in its place"},
          "replace_all": {"type": "boolean", "default": false}
        },
        "required": ["path", "find", "replace"],
        "additionalProperties": false
      }
    }
  },
  "required": ["edits"],
  "additionalProperties": false
})json";

const char* const kListSchema = R"json({
  "type": "object",
  "properties": {
    "path": {"type": "string", "default": ".", "description": "A directory"},
    "depth": {"type": "integer", "minimum": 1, "maximum": 20, "default": 1, "description": "Levels below it"},
    "hidden": {"type": "boolean", "default": true, "description": "Also names that begin with a dot"},
    "limit": {"type": "integer", "minimum": 1, "description": "Most entries to show"}
  },
  "additionalProperties": false
})json";

const char* const kGlobSchema = R"json({
  "type": "object",
  "properties": {
    "pattern": {"type": "string", "description": "*, ?, [a-z], and ** for any number of directories: src/**/*.ts"},
    "cwd": {"type": "string", "description": "Directory that the pattern starts at; default: the working directory"},
    "dot": {"type": "boolean", "default": false, "description": "Also names that begin with a dot"},
    "include_dirs": {"type": "boolean", "default": true},
    "case_sensitive": {"type": "boolean", "default": true},
    "limit": {"type": "integer", "minimum": 1, "maximum": 100000, "description": "Most paths to show"}
  },
  "required": ["pattern"],
  "additionalProperties": false
})json";

const char* const kGrepSchema = R"json({
  "type": "object",
  "properties": {
    "pattern": {"type": "string", "description": "A regular expression, or text when regex is false"},
    "path": {"type": "string", "description": "File or directory to search, or a glob; default: the working directory"},
    "glob": {"type": "string", "description": "Only files whose path matches, such as *.cpp"},
    "output_mode": {"type": "string", "enum": ["content", "files_with_matches", "count_matches"], "default": "content"},
    "regex": {"type": "boolean", "default": true},
    "case_sensitive": {"type": "boolean", "default": true},
    "-i": {"type": "boolean", "description": "Ignore case"},
    "-n": {"type": "boolean", "default": true, "description": "Show line numbers"},
    "-A": {"type": "integer", "minimum": 0, "maximum": 1000, "description": "Lines to show after each match"},
    "-B": {"type": "integer", "minimum": 0, "maximum": 1000, "description": "Lines to show before each match"},
    "-C": {"type": "integer", "minimum": 0, "maximum": 1000, "description": "Lines to show around each match"},
    "multiline": {"type": "boolean", "default": false, "description": "Let the pattern span lines"},
    "head_limit": {"type": "integer", "minimum": 0, "description": "Most results; 0: all"},
    "max_results": {"type": "integer", "minimum": 1, "description": "Another name of head_limit"},
    "offset": {"type": "integer", "minimum": 0, "default": 0, "description": "Results to skip"}
  },
  "required": ["pattern"],
  "additionalProperties": false
})json";

}  // namespace files
