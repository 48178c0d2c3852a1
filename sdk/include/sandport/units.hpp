// Durations and sizes as manifests write them: "1h30m", "64KiB".
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace sandport {
inline namespace v1 {
namespace detail {

// Takes a whole number or a decimal, then a word of letters.
inline bool take_quantity(std::string_view& text, double& number, std::string_view& unit) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || number < 0 || text.front() == '-') return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  std::size_t letters = 0;
  while (letters < text.size() && (text[letters] | 0x20) >= 'a' && (text[letters] | 0x20) <= 'z') {
    ++letters;
  }
  unit = text.substr(0, letters);
  text.remove_prefix(letters);
  return letters > 0;
}

}  // namespace detail

// Units ms, s, m, h, d, one or more of them. nullopt when text is something else.
[[nodiscard]] inline std::optional<std::chrono::milliseconds> parse_duration(
    std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 5> kUnits{
      {{"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}, {"d", 8.64e7}}};
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    double number = 0;
    std::string_view unit;
    if (!detail::take_quantity(text, number, unit)) return std::nullopt;
    double scale = 0;
    for (const auto& [name, milliseconds] : kUnits) {
      if (name == unit) scale = milliseconds;
    }
    if (scale == 0) return std::nullopt;
    total += number * scale;
  }
  if (total > 9e15) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(total + 0.5));
}

// Units B, KB, MB, GB, TB (powers of 1000) and KiB, MiB, GiB, TiB (powers of 1024). nullopt when
// text is something else.
[[nodiscard]] inline std::optional<std::uint64_t> parse_size(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 9> kUnits{{{"B", 1},
                                                                       {"KB", 1e3},
                                                                       {"MB", 1e6},
                                                                       {"GB", 1e9},
                                                                       {"TB", 1e12},
                                                                       {"KiB", 1024.0},
                                                                       {"MiB", 1048576.0},
                                                                       {"GiB", 1073741824.0},
                                                                       {"TiB", 1099511627776.0}}};
  double number = 0;
  std::string_view unit;
  if (text.empty() || !detail::take_quantity(text, number, unit) || !text.empty()) {
    return std::nullopt;
  }
  for (const auto& [name, bytes] : kUnits) {
    if (name == unit && number * bytes <= 9e15) {
      return static_cast<std::uint64_t>(number * bytes + 0.5);
    }
  }
  return std::nullopt;
}

}  // namespace v1
}  // namespace sandport
