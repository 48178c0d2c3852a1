// Reading JSON that a server sent: every member may be missing or of another type.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "options.hpp"

namespace sandport_e2b {

// Throws sandport::Error SP_DATA_LOSS when it is no object; `what` names it.
[[nodiscard]] nlohmann::json parse_reply(std::string_view text, std::string_view what);
// The same for requests of the host: SP_INVALID_ARGUMENT. Empty counts as {}.
[[nodiscard]] nlohmann::json parse_request(std::string_view text, std::string_view what);

// nullptr when there is none.
[[nodiscard]] const nlohmann::json* member(const nlohmann::json& object, const char* key);
// "" when there is none.
[[nodiscard]] std::string text_of(const nlohmann::json& object, const char* key);
// Also from a string, as 64-bit numbers come.
[[nodiscard]] std::int64_t number_of(const nlohmann::json& object, const char* key,
                                     std::int64_t otherwise = 0);
[[nodiscard]] double decimal_of(const nlohmann::json& object, const char* key);
[[nodiscard]] bool truth_of(const nlohmann::json& object, const char* key, bool otherwise = false);
// Its members that are strings.
[[nodiscard]] StringMap strings_of(const nlohmann::json& object, const char* key);

// What is not UTF-8 is shown as U+FFFD.
[[nodiscard]] std::string dump(const nlohmann::json& json);
// Throws sandport::Error SP_INVALID_ARGUMENT when some text is not UTF-8; `what` names it.
[[nodiscard]] std::string dump_strict(const nlohmann::json& json, std::string_view what);

}  // namespace sandport_e2b
