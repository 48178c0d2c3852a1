// A YAML template file as a template.
#pragma once

#include "../source.hpp"

namespace e2b_template {

// What is wrong goes to `diagnostics`; the template is then not to be used. `context` of the result
// is as the file has it; empty when the file has none.
[[nodiscard]] Template read_template_file(const Source& source, Diagnostics& diagnostics);

}  // namespace e2b_template
