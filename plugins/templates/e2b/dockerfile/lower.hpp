// A Dockerfile as steps of a template. What has no counterpart is refused, never dropped in
// silence.
#pragma once

#include <string>

#include "../model/recipe.hpp"
#include "lexer.hpp"

namespace e2b_template {

// Sets the base and adds the steps. What is wrong goes to `diagnostics`, with file and line.
void lower_dockerfile(const DockerfileText& source, Recipe& recipe, Diagnostics& diagnostics);
void lower_dockerfile(const std::string& file, const std::string& text, Recipe& recipe,
                      Diagnostics& diagnostics);

}  // namespace e2b_template
