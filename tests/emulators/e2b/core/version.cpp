#include "tests/emulators/e2b/core/version.hpp"

#include <algorithm>
#include <charconv>

namespace sandport::e2b_emulator {
namespace {

int take_number(std::string_view* text) {
  int number = 0;
  const std::string_view part = text->substr(0, text->find('.'));
  std::from_chars(part.data(), part.data() + part.size(), number);
  text->remove_prefix(std::min(text->size(), part.size() + 1));
  return number;
}

}  // namespace

bool version_at_least(std::string_view version, std::string_view wanted) {
  while (!version.empty() || !wanted.empty()) {
    const int have = take_number(&version);
    const int want = take_number(&wanted);
    if (have != want) return have > want;
  }
  return true;
}

}  // namespace sandport::e2b_emulator
