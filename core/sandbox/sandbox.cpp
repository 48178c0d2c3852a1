#include "core/sandbox/sandbox.hpp"

#include "core/error.hpp"

namespace sandport {

// Not coroutines: there is nothing to suspend for.
Task<std::vector<std::string>> Sandbox::native_glob(GlobRequest) {
  throw Error(Code::kUnimplemented, "this sandbox has no search of its own");
}

Task<std::vector<GrepMatch>> Sandbox::native_grep(GrepRequest) {
  throw Error(Code::kUnimplemented, "this sandbox has no search of its own");
}

}  // namespace sandport
