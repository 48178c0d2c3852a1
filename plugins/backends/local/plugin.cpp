// What this library exports.
#include <sandport/plugin.hpp>

#include "local_backend.hpp"
#include "schema.hpp"

SANDPORT_PLUGIN("dev.sandport.local", "0.1.0", "Apache-2.0", "Sandboxes on this machine",
                sandport::backend_kind<sandport_local::make_backend>(
                    "local", "Directories and processes of this machine",
                    sandport_local::kOptionsSchema))
