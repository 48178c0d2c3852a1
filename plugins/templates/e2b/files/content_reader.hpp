// Reads a file of the context, and notices when it is no more what it was when it was found.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "entry.hpp"

namespace e2b_template {

// Keeps its buffer between files.
class ContentReader {
 public:
  ContentReader(std::string context, std::stop_token stop);

  // Passes on all of the file's bytes. Throws Error: SP_FAILED_PRECONDITION when it changed;
  // Cancelled.
  void read(const Entry& entry, const std::function<void(std::string_view)>& receive);

 private:
  std::string context_;
  std::stop_token stop_;
  std::vector<char> buffer_;
};

}  // namespace e2b_template
