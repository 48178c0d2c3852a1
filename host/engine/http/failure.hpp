// Turns what went wrong in a transfer into the one Error that a caller can act on.
#pragma once

#include <curl/curl.h>

#include <exception>

#include "core/error.hpp"

namespace sandport {

struct HttpPlan;

// `detail` is curl's own text, which names hosts but no header values and no URL.
[[nodiscard]] Error describe_failure(CURL* easy, CURLcode code, const char* detail,
                                     const HttpPlan& plan);
[[nodiscard]] Error describe_source_failure(const std::exception_ptr& failure,
                                            const HttpPlan& plan);
[[nodiscard]] Error deadline_error(const HttpPlan& plan);
[[nodiscard]] Error idle_error(const HttpPlan& plan);

}  // namespace sandport
