#include "host/manifest/quantity.hpp"
#include "host/manifest/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace sandport::manifest {
namespace {

std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

std::string_view take_letters(std::string_view& text) {
  const auto end = std::ranges::find_if_not(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  const std::string_view letters = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(letters.size());
  return letters;
}

// factor × 0.digits, rounded down. Six digits keep the product below 2^64 for a factor of a TiB.
std::optional<std::uint64_t> fraction_of(std::uint64_t factor, std::string_view digits) {
  constexpr std::size_t kMaxDigits = 6;
  if (digits.empty()) return 0;
  if (digits.size() > kMaxDigits || factor == 1) return std::nullopt;
  std::uint64_t number = 0;
  std::uint64_t scale = 1;
  for (const char digit : digits) {
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    scale *= 10;
  }
  return factor * number / scale;
}

}  // namespace

std::optional<Quantity> take_quantity(std::string_view& text, std::span<const Unit> units) {
  std::string_view rest = text;
  const std::string_view digits = take_digits(rest);
  std::string_view decimals;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    decimals = take_digits(rest);
    if (decimals.empty()) return std::nullopt;
  }
  const std::string_view name = take_letters(rest);
  const auto unit = std::ranges::find(units, name, &Unit::name);
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || parsed.ec != std::errc{} || unit == units.end()) return std::nullopt;
  const auto fraction = fraction_of(unit->factor, decimals);
  if (!fraction || number > (kMaxQuantity - *fraction) / unit->factor) return std::nullopt;
  text = rest;
  return Quantity{number * unit->factor + *fraction, &*unit};
}

bool is_bare_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

}  // namespace sandport::manifest
