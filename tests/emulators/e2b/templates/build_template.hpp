// Does what a template's steps say, in a machine of its own, and keeps what came of it.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "tests/emulators/e2b/core/world.hpp"

namespace sandport::e2b_emulator {

// Runs until the build is ready or has failed; its state, log and reason tell. Afterwards sandboxes
// can be made from the template.
[[nodiscard]] Task<void> build_template(World& world, std::shared_ptr<TemplateBuild> build,
                                        nlohmann::json request);

// Ends a build that runs, and waits for its end.
[[nodiscard]] Task<void> cancel_build(std::shared_ptr<TemplateBuild> build);

}  // namespace sandport::e2b_emulator
