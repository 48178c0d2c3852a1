// Names a session after what its user first asked.
#pragma once

#include <string>
#include <string_view>

namespace sandport {

// One line of at most 80 bytes of the message's first text, or empty. `payload_json` is that of a
// user_message event.
[[nodiscard]] std::string title_of_user_message(std::string_view payload_json);

}  // namespace sandport
