#include "host/manifest/diagnostic.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

constexpr std::size_t kExcerptWidth = 100;  // characters of a source line that are shown
constexpr std::size_t kExcerptBefore = 60;  // of them at most so many before the caret

// The bytes of `text` from character `first` on, at most `count` characters.
std::string_view characters(std::string_view text, std::size_t first, std::size_t count) {
  const auto skip = [&](std::size_t from, std::size_t number) {
    while (number > 0 && from < text.size()) {
      ++from;
      while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U)
        ++from;
      --number;
    }
    return from;
  };
  const std::size_t begin = skip(0, first);
  return text.substr(begin, skip(begin, count) - begin);
}

std::string make_excerpt(std::string_view line, std::uint32_t column) {
  if (line.empty() || column == 0 || find_invalid_utf8(line)) return {};
  const std::size_t caret = column - 1;
  const std::size_t first = caret > kExcerptBefore ? caret - kExcerptBefore : 0;
  const std::string_view shown = characters(line, first, kExcerptWidth);
  const std::string lead = first > 0 ? "…" : "";
  return fmt::format("  {}{}\n  {:>{}}\n", lead, printable(shown), "^",
                     caret - first + 1 + (first > 0 ? 1 : 0));
}

}  // namespace

std::string to_string(const Diagnostic& diagnostic) {
  std::string result = diagnostic.file;
  if (diagnostic.location.line > 0) {
    result += fmt::format(":{}:{}", diagnostic.location.line, diagnostic.location.column);
  }
  if (!result.empty()) result += ": ";
  if (!diagnostic.path.empty()) result += diagnostic.path + ": ";
  return result + diagnostic.message + "\n" + diagnostic.excerpt;
}

std::string to_string(std::span<const Diagnostic> diagnostics) {
  std::string result;
  for (const Diagnostic& diagnostic : diagnostics) result += to_string(diagnostic);
  return result;
}

Diagnostics::Diagnostics(std::shared_ptr<const Sources> sources) : sources_(std::move(sources)) {}

void Diagnostics::add(Location location, const std::string& path, std::string message) {
  found_.push_back({location, sources_->name(location.source), printable(path), std::move(message),
                    make_excerpt(sources_->line(location.source, location.line), location.column)});
}

std::vector<Diagnostic> Diagnostics::take() {
  std::vector<Diagnostic> result = std::move(found_);
  found_.clear();
  std::ranges::stable_sort(result, {}, &Diagnostic::location);
  const auto same = [](const Diagnostic& left, const Diagnostic& right) {
    return std::tie(left.location, left.path, left.message) ==
           std::tie(right.location, right.path, right.message);
  };
  result.erase(std::unique(result.begin(), result.end(), same), result.end());
  if (result.size() > kMostDiagnostics) {
    const std::size_t hidden = result.size() - kMostDiagnostics;
    result.resize(kMostDiagnostics);
    result.push_back({{}, {}, {}, fmt::format("{} more errors are not shown", hidden), {}});
  }
  return result;
}

}  // namespace sandport::manifest
