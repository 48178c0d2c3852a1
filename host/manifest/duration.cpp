#include "host/manifest/duration.hpp"

#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/manifest/quantity.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

constexpr std::array<Unit, 5> kUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

}  // namespace

std::chrono::milliseconds parse_duration(std::string_view text) {
  if (is_bare_number(text)) {
    throw Error(
        Code::kInvalidArgument,
        fmt::format("a duration needs a unit: write \"{}s\", \"{}ms\" or the like", text, text));
  }
  std::uint64_t total = 0;
  std::uint64_t last_factor = UINT64_MAX;
  std::string_view rest = text;
  while (!rest.empty() || text.empty()) {
    const auto part = take_quantity(rest, kUnits);
    if (!part || part->unit->factor >= last_factor || total + part->value > kMaxQuantity) {
      throw Error(
          Code::kInvalidArgument,
          fmt::format("expected a duration such as 300ms, 5m or 1h30m, got {}", quote(text)));
    }
    total += part->value;
    last_factor = part->unit->factor;
  }
  return std::chrono::milliseconds{static_cast<std::int64_t>(total)};
}

std::string format_duration(std::chrono::milliseconds duration) {
  if (duration.count() <= 0) return "0s";
  std::string result;
  auto rest = static_cast<std::uint64_t>(duration.count());
  for (const Unit& unit : kUnits) {
    if (rest >= unit.factor) result += fmt::format("{}{}", rest / unit.factor, unit.name);
    rest %= unit.factor;
  }
  return result;
}

}  // namespace sandport::manifest
