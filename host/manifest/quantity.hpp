// A number with a unit: what durations and sizes have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sandport::manifest {

// Whatever is accepted here is also read by the SDK, which counts in doubles.
inline constexpr std::uint64_t kMaxQuantity = 9'000'000'000'000'000;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

struct Quantity {
  std::uint64_t value;  // number times factor
  const Unit* unit;
};

// Takes "1.5GiB" off the front of `text`. Nothing when it does not start with a number and a known
// unit, on overflow, and for a fraction of the smallest unit. Other fractions are rounded down.
[[nodiscard]] std::optional<Quantity> take_quantity(std::string_view& text,
                                                    std::span<const Unit> units);

[[nodiscard]] bool is_bare_number(std::string_view text);

}  // namespace sandport::manifest
