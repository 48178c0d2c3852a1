// Everything that is wrong with a template, collected so that it is told at once.
#pragma once

#include <string>
#include <vector>

#include "place.hpp"

namespace e2b_template {

enum class Severity { kError, kWarning };

struct Diagnostic {
  Place place;
  Severity severity = Severity::kError;
  std::string message;  // one line
};

// Used by one thread at a time.
class Diagnostics {
 public:
  // After this many errors nothing more is kept.
  static constexpr std::size_t kMostErrors = 50;

  void error(const Place& place, std::string message);
  void warn(const Place& place, std::string message);

  [[nodiscard]] bool failed() const { return errors_ > 0; }
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return found_; }
  // Throws SP_INVALID_ARGUMENT with the errors, ordered, as lines `file:line:column: message`.
  void throw_if_failed() const;

 private:
  std::vector<Diagnostic> found_;
  std::size_t errors_ = 0;
};

}  // namespace e2b_template
