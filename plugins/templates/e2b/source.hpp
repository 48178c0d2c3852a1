// What a template is read from: a YAML template file or a Dockerfile.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostics.hpp"
#include "model/template.hpp"

namespace e2b_template {

enum class Format { kYaml, kDockerfile };

struct Source {
  std::string file;  // as the user named it; what is written in it is relative to its folder
  std::string text;
  Format format = Format::kYaml;
  std::string context;            // empty: as the file says, else its folder
  std::string name;               // empty: as the file says
  std::vector<std::string> tags;  // besides those of the file
  bool skip_cache = false;
  bool wait = true;
  std::map<std::string, std::string> secrets;  // values of the ${secret:NAME} in the text
};

// From the JSON that abi/template_builder.h describes. Throws SP_INVALID_ARGUMENT.
[[nodiscard]] Source parse_source(std::string_view json);

// The template, with its name, tags and sources checked, but not what they name on the disk.
// Throws SP_INVALID_ARGUMENT with all that is wrong; warnings are added to `diagnostics`.
[[nodiscard]] Template read_template(const Source& source, Diagnostics& diagnostics);

}  // namespace e2b_template
