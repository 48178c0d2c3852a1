// Conversions between the ABI's words and octets and the standard library's.
#pragma once

#include <sandport/abi.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandport {
inline namespace v1 {

// Views: valid as long as what they look at.
[[nodiscard]] constexpr std::string_view to_view(sp_str text) noexcept {
  return text.size == 0 ? std::string_view{} : std::string_view{text.data, text.size};
}

[[nodiscard]] inline std::string_view to_view(sp_bytes bytes) noexcept {
  return bytes.size == 0 ? std::string_view{}
                         : std::string_view{static_cast<const char*>(bytes.data), bytes.size};
}

[[nodiscard]] inline std::string to_string(sp_str text) { return std::string{to_view(text)}; }
[[nodiscard]] inline std::string to_string(sp_bytes bytes) { return std::string{to_view(bytes)}; }

[[nodiscard]] constexpr sp_str to_str(std::string_view text) noexcept {
  return sp_str{text.data(), text.size()};
}

[[nodiscard]] inline sp_bytes to_bytes(std::string_view bytes) noexcept {
  return sp_bytes{bytes.data(), bytes.size()};
}

// The size of an ABI struct as its struct_size member wants it.
template <class T>
inline constexpr std::uint32_t kStructSize = static_cast<std::uint32_t>(sizeof(T));

// Ordered name and value pairs: environment variables, HTTP headers.
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace detail {

// The ABI's view of `pairs`; valid while `pairs` is unchanged.
[[nodiscard]] inline std::vector<sp_pair> to_abi(const Pairs& pairs) {
  std::vector<sp_pair> result;
  result.reserve(pairs.size());
  for (const auto& [name, value] : pairs) result.push_back(sp_pair{to_str(name), to_str(value)});
  return result;
}

// `bit` when `on`.
[[nodiscard]] constexpr std::uint32_t flag(bool on, std::uint32_t bit) noexcept {
  return on ? bit : 0u;
}

// Negative durations count as zero; too long ones as the longest.
template <class Integer>
[[nodiscard]] constexpr Integer milliseconds(std::chrono::milliseconds duration) noexcept {
  if (duration.count() <= 0) return 0;
  const auto count = static_cast<std::uint64_t>(duration.count());
  constexpr auto kMost = static_cast<std::uint64_t>(static_cast<Integer>(-1));
  return static_cast<Integer>(count < kMost ? count : kMost);
}

}  // namespace detail
}  // namespace v1
}  // namespace sandport
