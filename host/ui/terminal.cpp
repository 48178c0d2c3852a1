#include "host/ui/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace sandport {
namespace {

bool colour_wanted() {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  return term != nullptr && std::strcmp(term, "dumb") != 0;
}

const char* escape(Style style) {
  switch (style) {
    case Style::kBold:
      return "\033[1m";
    case Style::kDim:
      return "\033[2m";
    case Style::kRed:
      return "\033[31m";
    case Style::kGreen:
      return "\033[32m";
    case Style::kYellow:
      return "\033[33m";
    case Style::kCyan:
      return "\033[36m";
  }
  return "";
}

}  // namespace

Terminal::Terminal(int descriptor)
    : interactive_(isatty(descriptor) == 1),
      colour_(interactive_ && colour_wanted()),
      columns_(80) {
  winsize size{};
  if (interactive_ && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    columns_ = size.ws_col;
  }
}

Terminal Terminal::standard_output() { return Terminal(STDOUT_FILENO); }
Terminal Terminal::standard_error() { return Terminal(STDERR_FILENO); }

std::string Terminal::styled(Style style, std::string_view text) const {
  if (!colour_) return std::string(text);
  return fmt::format("{}{}\033[0m", escape(style), text);
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f) {
      fmt::format_to(std::back_inserter(result), "\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace sandport
