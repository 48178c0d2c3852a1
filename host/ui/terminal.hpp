// Whether a stream is a person's terminal, and how to colour for one.
#pragma once

#include <string>
#include <string_view>

namespace sandport {

enum class Style { kBold, kDim, kRed, kGreen, kYellow, kCyan };

// One output stream's abilities, looked at once. NO_COLOR (no-color.org) and TERM=dumb turn colour
// off.
class Terminal {
 public:
  static Terminal standard_output();
  static Terminal standard_error();

  [[nodiscard]] bool interactive() const { return interactive_; }
  [[nodiscard]] int columns() const { return columns_; }
  // The text in that style, or unchanged where colour is off.
  [[nodiscard]] std::string styled(Style style, std::string_view text) const;

 private:
  explicit Terminal(int descriptor);

  bool interactive_;
  bool colour_;
  int columns_;
};

// Text from outside made safe for a terminal: control characters but newline and tab are shown as
// \xNN, so that no output can move the cursor or forge a prompt.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace sandport
