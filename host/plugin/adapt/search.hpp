// A plugin's own search over a sandbox.
#pragma once

#include <sandport/abi.h>

#include <memory>
#include <string>
#include <vector>

#include "core/sandbox/search.hpp"
#include "host/plugin/adapt/objects.hpp"

namespace sandport::adapt {

[[nodiscard]] Task<std::vector<std::string>> search_glob(std::shared_ptr<SandboxObject> object,
                                                         const sp_sandbox_search* table,
                                                         GlobRequest request);
[[nodiscard]] Task<std::vector<GrepMatch>> search_grep(std::shared_ptr<SandboxObject> object,
                                                       const sp_sandbox_search* table,
                                                       GrepRequest request);

// Requests across the ABI, both ways; the ABI's borrow.
[[nodiscard]] sp_glob to_abi(const GlobRequest& request);
[[nodiscard]] sp_grep to_abi(const GrepRequest& request);
[[nodiscard]] GlobRequest from_abi(const sp_glob& request);
[[nodiscard]] GrepRequest from_abi(const sp_grep& request);

}  // namespace sandport::adapt
