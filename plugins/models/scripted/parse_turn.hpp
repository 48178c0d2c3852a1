// One turn of a script from its JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "script.hpp"

namespace scripted {

// Throws std::invalid_argument that begins with place.
[[nodiscard]] Turn parse_turn(const nlohmann::json& turn, const std::string& place);

// "unavailable" or "UNAVAILABLE": SP_UNAVAILABLE. nullopt for no code's name.
[[nodiscard]] std::optional<sp_code> parse_code(std::string name);

}  // namespace scripted
