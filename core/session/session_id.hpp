// Session ids: ULIDs in lower case, so they sort by time and can be read aloud.
#pragma once

#include <cstdint>
#include <string>

namespace sandport {

// 26 characters: 48 bits of `time_ms`, then 80 random bits. Safe from any thread.
[[nodiscard]] std::string make_session_id(std::int64_t time_ms);

}  // namespace sandport
