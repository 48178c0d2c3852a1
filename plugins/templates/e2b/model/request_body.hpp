// What a build sends: the two JSON bodies of the service's contract.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "template.hpp"

namespace e2b_template {

enum class Credentials { kSent, kMasked };

// Of POST /v3/templates: the name and the machine's size.
[[nodiscard]] nlohmann::ordered_json create_body(const Template& made);
// Of POST /v2/templates/{id}/builds/{build}: the base, the steps and the start commands. A COPY
// step whose files were not read yet has no filesHash.
[[nodiscard]] nlohmann::ordered_json start_body(const Template& made, Credentials credentials);

}  // namespace e2b_template
