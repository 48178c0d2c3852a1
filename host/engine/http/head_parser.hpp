// Builds an HttpHead from header lines, one at a time, as curl hands them over.
#pragma once

#include <cstddef>
#include <string_view>

#include "host/engine/http/client.hpp"

namespace sandport {

class HttpHeadParser {
 public:
  enum class Outcome {
    kMore,      // not complete yet, or a 1xx that is skipped
    kComplete,  // head() is the final one; later lines (trailers) are ignored
    kTooLarge,
  };

  Outcome feed(std::string_view line);
  [[nodiscard]] HttpHead& head() { return head_; }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  void start(std::string_view status_line);

  HttpHead head_;
  std::size_t size_ = 0;
  bool complete_ = false;
};

}  // namespace sandport
