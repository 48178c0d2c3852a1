// What every request to the service has in common.
#pragma once

#include <sandport/http.hpp>
#include <sandport/task.hpp>
#include <string>
#include <vector>

#include "error_table.hpp"

namespace sandport_e2b {

using Secrets = std::vector<std::string>;

// The error of an answer that is no success, with the first part of its body.
[[nodiscard]] sandport::Task<sandport::Error> read_refusal(sandport::HttpResponse& response,
                                                           Plane plane, std::string doing,
                                                           const Secrets& secrets);

// The same of an answer that is all there.
[[nodiscard]] sandport::Error refusal_of(const sandport::HttpHead& head, std::string body,
                                         Plane plane, std::string doing, const Secrets& secrets);

// Says in the words of this backend what broke while `doing`.
[[nodiscard]] sandport::Error broken_exchange(const sandport::Error& error,
                                              const std::string& doing);

}  // namespace sandport_e2b
