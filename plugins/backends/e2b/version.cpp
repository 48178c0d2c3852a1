#include "version.hpp"

#include <charconv>
#include <sandport/error.hpp>

namespace sandport_e2b {

Version Version::parse(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  Version version;
  for (int& part : version.parts_) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc()) break;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  return version;
}

std::string Version::text() const {
  return std::to_string(parts_[0]) + '.' + std::to_string(parts_[1]) + '.' +
         std::to_string(parts_[2]);
}

void require(Version actual, Version needed, std::string_view what) {
  if (actual >= needed) return;
  throw sandport::Error(SP_UNIMPLEMENTED,
                        "E2B: " + std::string(what) + " needs envd " + needed.text() +
                            " and this sandbox has " + actual.text() + "; rebuild its template",
                        "ENVD_TOO_OLD");
}

}  // namespace sandport_e2b
