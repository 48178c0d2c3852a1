#include "host/manifest/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

namespace sandport::manifest {
namespace {

constexpr std::size_t kQuoteLimit = 60;    // bytes of a value that a message repeats
constexpr std::size_t kNearestLimit = 64;  // no key is longer; keeps the table below small

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The second byte carries the limits that rule out overlong forms, surrogates and > U+10FFFF.
bool second_byte_fits(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second <= 0x9F;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second <= 0x8F;
    default:
      return true;
  }
}

// Insertions, deletions, changes, and swaps of neighbours.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  using Row = std::array<std::size_t, kNearestLimit + 1>;
  Row before_last{};
  Row last{};
  Row row{};
  std::iota(last.begin(), last.end(), 0U);
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t change = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = row;
  }
  return last[right.size()];
}

// Case and the choice between `-` and `_` are slips, not different names.
std::string folded(std::string_view word) {
  std::string result(word);
  std::ranges::transform(result, result.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::tolower(c));
  });
  return result;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = sequence_length(lead);
    if (length == 0 || i + length > text.size()) return i;
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0U) != 0x80U || (k == 1 && !second_byte_fits(lead, next))) return i;
    }
    i += length;
  }
  return std::nullopt;
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string printable(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(
      result, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return result;
}

std::string quote(std::string_view text) {
  std::string_view shown = text;
  if (shown.size() > kQuoteLimit) {
    std::size_t end = kQuoteLimit;
    while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) --end;
    shown = shown.substr(0, end);
  }
  return fmt::format("\"{}{}\"", printable(shown), shown.size() < text.size() ? "…" : "");
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  if (word.empty() || word.size() > kNearestLimit) return std::nullopt;
  const std::string wanted = folded(word);
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kNearestLimit) continue;
    const std::size_t distance = edit_distance(wanted, folded(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string join(std::span<const std::string> words) {
  return fmt::format("{}", fmt::join(words.begin(), words.end(), ", "));
}

std::string unknown_name(std::string_view what, std::string_view word,
                         std::span<const std::string> allowed) {
  std::string message = fmt::format("unknown {} {}", what, quote(word));
  if (const auto close = nearest(word, allowed))
    message += fmt::format("; did you mean `{}`?", *close);
  else
    message += ";";
  if (allowed.empty()) return message + " none is allowed here";
  return message + " allowed: " + join(allowed);
}

}  // namespace sandport::manifest
