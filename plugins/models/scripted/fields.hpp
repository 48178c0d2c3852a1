// Typed access to a JSON object, with errors that name the place.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace scripted {

// Borrows the object. Every function throws std::invalid_argument for another type.
class Fields {
 public:
  Fields(const nlohmann::json& object, std::string place);

  [[nodiscard]] const nlohmann::json* find(const char* key) const;
  [[nodiscard]] std::optional<std::string> text(const char* key) const;
  [[nodiscard]] std::optional<bool> boolean(const char* key) const;
  [[nodiscard]] std::optional<std::uint64_t> number(const char* key) const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> duration(const char* key) const;

  void allow_only(std::initializer_list<std::string_view> keys) const;
  [[noreturn]] void fail(std::string_view key, std::string_view problem) const;

 private:
  const nlohmann::json& object_;
  std::string place_;
};

}  // namespace scripted
