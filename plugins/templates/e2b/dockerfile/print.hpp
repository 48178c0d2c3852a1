// A template written as a Dockerfile: for people to read, and to build the image elsewhere.
#pragma once

#include <string>

#include "../model/template.hpp"

namespace e2b_template {

// What a Dockerfile cannot say stands in comments.
[[nodiscard]] std::string print_dockerfile(const Template& made);

}  // namespace e2b_template
