// Any text at all may be given as a template file: it is a template, or refused with reasons.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sandport/error.hpp>
#include <string>

#include "plugins/templates/e2b/source.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace e2b_template;
  Source source;
  source.file = "/nonexistent/template.yaml";
  source.text.assign(reinterpret_cast<const char*>(data), size);
  source.secrets = {{"A", "value"}};
  Diagnostics diagnostics;
  try {
    const Template made = read_template(source, diagnostics);
    if (made.name.empty() || made.image.empty() == made.from_template.empty()) std::abort();
  } catch (const sandport::Error& error) {
    if (error.code() != SP_INVALID_ARGUMENT) std::abort();
  }
  return 0;
}
