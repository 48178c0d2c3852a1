#include "diagnostics.hpp"

#include <algorithm>
#include <sandport/error.hpp>
#include <tuple>

namespace e2b_template {

std::string to_string(const Place& place) {
  std::string text = place.file;
  if (place.line > 0) text += ':' + std::to_string(place.line);
  if (place.line > 0 && place.column > 0) text += ':' + std::to_string(place.column);
  return text;
}

void Diagnostics::error(const Place& place, std::string message) {
  if (++errors_ <= kMostErrors) found_.push_back({place, Severity::kError, std::move(message)});
}

void Diagnostics::warn(const Place& place, std::string message) {
  found_.push_back({place, Severity::kWarning, std::move(message)});
}

void Diagnostics::throw_if_failed() const {
  if (!failed()) return;
  std::vector<Diagnostic> errors;
  for (const Diagnostic& found : found_) {
    if (found.severity == Severity::kError) errors.push_back(found);
  }
  std::stable_sort(errors.begin(), errors.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) <
           std::tie(b.place.file, b.place.line, b.place.column);
  });
  std::string text;
  for (const Diagnostic& found : errors) {
    if (!text.empty()) text += '\n';
    text += to_string(found.place) + ": " + found.message;
  }
  if (errors_ > kMostErrors) {
    text += "\nand " + std::to_string(errors_ - kMostErrors) + " more errors";
  }
  throw sandport::Error(SP_INVALID_ARGUMENT, text, "TEMPLATE_INVALID");
}

}  // namespace e2b_template
