// A turn of the script as the reply that a model gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "script.hpp"

namespace scripted {

// The turn's calls, each with an id that no other reply of the session has.
[[nodiscard]] std::vector<Call> calls_of(const Turn& turn, std::uint64_t replies);

// The turn's usage, or an estimate from the bytes of the request.
[[nodiscard]] std::string usage_of(const Turn& turn, std::uint64_t request_bytes);

// The result of sp_model.chat, as JSON.
[[nodiscard]] std::string result_of(const Turn& turn, const std::vector<Call>& calls,
                                    const std::string& usage, const std::string& model);

// text in pieces of about chunk_size bytes that split no character; 0: in one.
[[nodiscard]] std::vector<std::string_view> pieces(std::string_view text, std::size_t chunk_size);

}  // namespace scripted
