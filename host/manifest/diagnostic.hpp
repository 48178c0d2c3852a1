// What is wrong with a manifest, said so that a person finds the place.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "host/manifest/location.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {

struct Diagnostic {
  Location location;
  std::string file;     // as the user named it; "--set" for an argument
  std::string path;     // "tools[1].with.timeout"; empty for the document as a whole
  std::string message;  // one line; never repeats a value that came from a variable or a secret
  std::string excerpt;  // the source line and a caret line below it; may be empty
};

// "file:line:column: path: message" and the excerpt, ending in a newline.
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic);
[[nodiscard]] std::string to_string(std::span<const Diagnostic> diagnostics);

// More than these help nobody.
inline constexpr std::size_t kMostDiagnostics = 50;

// Collects problems, so that all of them are reported at once. Not thread-safe.
class Diagnostics {
 public:
  explicit Diagnostics(std::shared_ptr<const Sources> sources);

  void add(Location location, const std::string& path, std::string message);
  void add(Diagnostic known) { found_.push_back(std::move(known)); }
  [[nodiscard]] bool empty() const { return found_.empty(); }
  // By position, without repetitions. More than a screenful is cut, and the cut is said.
  [[nodiscard]] std::vector<Diagnostic> take();

 private:
  std::shared_ptr<const Sources> sources_;
  std::vector<Diagnostic> found_;
};

}  // namespace sandport::manifest
