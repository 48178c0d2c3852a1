// The Connect protocol with its JSON codec: unary calls and server streams.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "tests/emulators/e2b/core/call.hpp"
#include "tests/emulators/e2b/envd/event_stream.hpp"

namespace sandport::e2b_emulator {

using UnaryHandler = std::function<Task<nlohmann::json>(Call&, const nlohmann::json& request)>;
using StreamHandler =
    std::function<Task<void>(Call&, const nlohmann::json& request, EventStream& stream)>;

// path: `/package.Service/Method`. A handler throws ConnectFailure, or core's Error.
void add_unary(Routes& routes, std::string_view path, UnaryHandler handler);
void add_server_stream(Routes& routes, std::string_view path, StreamHandler handler);

// "not_found" and so on; the HTTP status of a unary call that fails with it.
[[nodiscard]] std::string_view connect_code_name(Code code);
[[nodiscard]] int connect_http_status(Code code);

// A member as protobuf's JSON mapping reads it: a number may be a string, a missing one is the
// default. Throws ConnectFailure kInvalidArgument for another type.
[[nodiscard]] std::string string_member(const nlohmann::json& object, const char* name);
[[nodiscard]] bool bool_member(const nlohmann::json& object, const char* name, bool missing);
[[nodiscard]] std::uint32_t number_member(const nlohmann::json& object, const char* name);
[[nodiscard]] nlohmann::json object_member(const nlohmann::json& object, const char* name);

}  // namespace sandport::e2b_emulator
