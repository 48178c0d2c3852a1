// What this library exports.
#include <sandport/plugin.hpp>

#include "e2b_backend.hpp"
#include "schema.hpp"

SANDPORT_PLUGIN("dev.sandport.e2b", "0.1.0", "Apache-2.0", "Sandboxes in the E2B cloud",
                sandport::backend_kind<sandport_e2b::make_backend>(
                    "e2b", "Cloud micro-VMs of E2B, or a service that speaks its protocol",
                    sandport_e2b::kOptionsSchema))
