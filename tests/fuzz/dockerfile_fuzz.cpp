// Any text at all may be given as a Dockerfile: it ends in steps or in diagnostics.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "plugins/templates/e2b/dockerfile/lower.hpp"
#include "plugins/templates/e2b/dockerfile/print.hpp"
#include "plugins/templates/e2b/yaml/print.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace e2b_template;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Template made;
  Recipe recipe{made};
  Diagnostics diagnostics;
  lower_dockerfile("Dockerfile", text, recipe, diagnostics);
  if (diagnostics.failed()) return 0;
  // A base, a user and a directory at the start, and the same at the end unless they were set.
  if (made.image.empty() || made.steps.size() < 2) std::abort();
  for (const Step& step : made.steps) {
    if (step.args.empty() || (step.type == "ENV" && step.args.size() % 2 != 0)) std::abort();
  }
  if (print_dockerfile(made).empty() || print_template_file(made).empty()) std::abort();
  return 0;
}
