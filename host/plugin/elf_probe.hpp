// Reads an ELF file's exported symbols without running any of its code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandport {

// The exported data and function names of a shared library that start with `prefix`. file names it
// in messages. Throws Error kInvalidArgument: not ELF, cut off, not a shared library, or made for
// another machine.
[[nodiscard]] std::vector<std::string> exported_symbols(std::string_view content,
                                                        std::string_view prefix,
                                                        std::string_view file);

}  // namespace sandport
