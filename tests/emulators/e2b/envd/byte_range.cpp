#include "tests/emulators/e2b/envd/byte_range.hpp"

#include <algorithm>
#include <charconv>

namespace sandport::e2b_emulator {
namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

RangeAnswer parse_range(std::string_view header, std::uint64_t size, ByteRange* range) {
  constexpr std::string_view kUnit = "bytes=";
  const std::size_t dash = header.find('-');
  if (!header.starts_with(kUnit) || dash == std::string_view::npos ||
      header.find(',') != std::string_view::npos) {
    return RangeAnswer::kWhole;
  }
  const std::string_view first_text = header.substr(kUnit.size(), dash - kUnit.size());
  const std::string_view last_text = header.substr(dash + 1);
  const auto first = whole_number(first_text);
  const auto last = whole_number(last_text);
  if (first_text.empty()) {
    if (!last) return RangeAnswer::kWhole;
    if (*last == 0 || size == 0) return RangeAnswer::kUnsatisfiable;
    *range = {size - std::min(size, *last), size - 1};
    return RangeAnswer::kPart;
  }
  if (!first || (!last && !last_text.empty()) || (last && *last < *first)) {
    return RangeAnswer::kWhole;
  }
  if (*first >= size) return RangeAnswer::kUnsatisfiable;
  *range = {*first, std::min(last.value_or(size - 1), size - 1)};
  return RangeAnswer::kPart;
}

}  // namespace sandport::e2b_emulator
