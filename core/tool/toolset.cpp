#include "core/tool/toolset.hpp"

#include <nlohmann/json.hpp>

namespace sandport {

std::string text_content(std::string_view text) {
  const auto content = nlohmann::json::array({{{"type", "text"}, {"text", text}}});
  // Output of commands need not be UTF-8; JSON must be.
  return content.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace sandport
