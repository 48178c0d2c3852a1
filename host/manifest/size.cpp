#include "host/manifest/size.hpp"

#include <array>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/manifest/quantity.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

constexpr std::uint64_t kKibi = 1024;
constexpr std::array<Unit, 9> kUnits{{{"TiB", kKibi* kKibi* kKibi* kKibi},
                                      {"TB", 1'000'000'000'000},
                                      {"GiB", kKibi* kKibi* kKibi},
                                      {"GB", 1'000'000'000},
                                      {"MiB", kKibi* kKibi},
                                      {"MB", 1'000'000},
                                      {"KiB", kKibi},
                                      {"KB", 1'000},
                                      {"B", 1}}};

}  // namespace

std::uint64_t parse_size(std::string_view text) {
  if (is_bare_number(text)) {
    throw Error(
        Code::kInvalidArgument,
        fmt::format("a size needs a unit: write \"{}B\", \"{}MiB\" or the like", text, text));
  }
  std::string_view rest = text;
  const auto size = take_quantity(rest, kUnits);
  if (!size || !rest.empty()) {
    throw Error(Code::kInvalidArgument,
                fmt::format("expected a size such as 64KiB, 10MB or 2GiB, got {}", quote(text)));
  }
  return size->value;
}

std::string format_size(std::uint64_t bytes) {
  for (const Unit& unit : kUnits) {
    if (bytes >= unit.factor && bytes % unit.factor == 0) {
      return fmt::format("{}{}", bytes / unit.factor, unit.name);
    }
  }
  return "0B";
}

}  // namespace sandport::manifest
