// A template written as a template file.
#pragma once

#include <string>

#include "../model/template.hpp"

namespace e2b_template {

// Reading it gives the same requests. Logins are left out: they are not for files.
[[nodiscard]] std::string print_template_file(const Template& made);

}  // namespace e2b_template
