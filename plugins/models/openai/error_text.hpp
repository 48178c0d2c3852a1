// One line from whatever a server sent to say that something is wrong.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace openai {

struct ErrorText {
  std::string message;  // one line, bounded
  std::string type;
  std::string reason;  // the service's own code, or empty
};

// From the "error" member of a reply: an object or a text.
[[nodiscard]] ErrorText read_error(const nlohmann::json& error);

// From a whole body: JSON in one of the usual shapes, an HTML page (its title), or plain text.
[[nodiscard]] ErrorText read_error_body(std::string_view body);

}  // namespace openai
