// Output of a command as a model may read it.
#pragma once

#include <string>
#include <string_view>

#include "head_tail.hpp"

namespace shell {

// Valid UTF-8. Colours and cursor movements are left out, an overwritten progress line shows its
// last state, bytes that are no text become \xNN; output that is mostly no text is described.
[[nodiscard]] std::string render(const HeadTail& output);

// The same for one piece without omissions.
[[nodiscard]] std::string render_text(std::string_view bytes);

}  // namespace shell
