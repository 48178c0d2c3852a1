#include "host/ui/table.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ostream>

namespace sandport {
namespace {

// Characters, not bytes: good enough for the names and times that stand in tables.
std::size_t width(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace

void print_table(std::ostream& output, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      output << row[i];
      if (i + 1 < row.size()) output << std::string(widths[i] - width(row[i]) + 2, ' ');
    }
    output << '\n';
  }
}

std::string ago(std::int64_t unix_ms) {
  const auto now = std::chrono::system_clock::now();
  const std::chrono::system_clock::time_point then{std::chrono::milliseconds(unix_ms)};
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - then).count();
  if (minutes < 1) return "just now";
  if (minutes < 60) return fmt::format("{} min ago", minutes);
  if (minutes < 24 * 60) return fmt::format("{} h ago", minutes / 60);
  return fmt::format("{:%Y-%m-%d}", fmt::localtime(std::chrono::system_clock::to_time_t(then)));
}

}  // namespace sandport
