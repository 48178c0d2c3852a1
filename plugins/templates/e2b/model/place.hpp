// Where something was written: for messages that point at a line.
#pragma once

#include <cstdint>
#include <string>

namespace e2b_template {

// Lines and columns count from 1, columns in characters; line 0 stands for the file as a whole.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// "template.yaml:3:5", "template.yaml:3" or "template.yaml".
[[nodiscard]] std::string to_string(const Place& place);

}  // namespace e2b_template
