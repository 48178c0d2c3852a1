// Checks a request and fills in what it leaves open; works out what a redirect asks for.
#pragma once

#include <memory>
#include <optional>

#include "host/engine/http/client.hpp"

namespace sandport {

struct HttpPlan;

// Throws Error kInvalidArgument for a URL, method or header that cannot be sent as it is.
[[nodiscard]] HttpPlan make_plan(HttpRequest request,
                                 std::shared_ptr<const NetworkSettings> settings);

// Header names and values without CR, LF and NUL, names being tokens. Never repeats a value.
void check_headers(const std::vector<HttpHeader>& headers);

// The request to make next, or nothing when `head` is no redirect. Throws Error
// kFailedPrecondition when following it would lose the body or leave TLS. On another origin, only
// headers that carry no credentials are sent.
[[nodiscard]] std::optional<HttpPlan> redirected_plan(const HttpPlan& from, const HttpHead& head);

}  // namespace sandport
