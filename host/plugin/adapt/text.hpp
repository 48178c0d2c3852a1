// Text and structs across the C ABI: views out of it, views into it, copies of sized structs.
#pragma once

#include <sandport/abi.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace sandport::adapt {

inline std::string_view view(sp_str text) {
  return text.size == 0 ? std::string_view{} : std::string_view{text.data, text.size};
}

inline std::string_view view(sp_bytes bytes) {
  return bytes.size == 0 ? std::string_view{}
                         : std::string_view{static_cast<const char*>(bytes.data), bytes.size};
}

inline std::string copy(sp_str text) { return std::string{view(text)}; }

// Borrows: valid as long as text is.
inline sp_str to_abi(std::string_view text) { return {text.data(), text.size()}; }
inline sp_bytes to_bytes(std::string_view text) { return {text.data(), text.size()}; }

// A struct or number of the ABI. A std::string, whose own bytes are nobody's text, is none.
template <typename Value>
concept AbiValue =
    std::is_trivially_copyable_v<Value> && !std::is_pointer_v<Value> && !std::is_array_v<Value>;

template <AbiValue Struct>
sp_bytes to_bytes(const Struct& value) {
  return {&value, sizeof(Struct)};
}

// The struct at `source`, as much of it as its maker knew; the rest is zero.
template <typename Struct>
Struct copy_struct(const Struct* source) {
  Struct value{};
  std::memcpy(&value, source, std::min<std::size_t>(source->struct_size, sizeof(Struct)));
  return value;
}

// The struct that a payload carries; nullopt when it is too short to be one.
template <typename Struct>
std::optional<Struct> read_struct(sp_bytes payload, std::size_t least) {
  std::uint32_t claimed = 0;
  if (payload.data == nullptr || payload.size < sizeof claimed) return std::nullopt;
  std::memcpy(&claimed, payload.data, sizeof claimed);
  const std::size_t size = std::min<std::size_t>({claimed, payload.size, sizeof(Struct)});
  if (size < least) return std::nullopt;
  Struct value{};
  std::memcpy(&value, payload.data, size);
  return value;
}

}  // namespace sandport::adapt
