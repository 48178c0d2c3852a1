#include "render.hpp"

#include <sandport/utf8.hpp>

#include <algorithm>

namespace shell {
namespace {

// Bytes of the terminal control sequence that text begins with; 0 when there is none.
std::size_t control_sequence(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1b') return 0;
  if (text[1] == '[') {  // CSI: parameters, then one byte from @ to ~
    std::size_t at = 2;
    while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x3F) ++at;
    return at < text.size() && text[at] >= 0x40 && text[at] <= 0x7E ? at + 1 : 0;
  }
  if (text[1] == ']') {  // OSC: up to BEL or ESC backslash
    const std::size_t bell = text.find('\x07');
    const std::size_t string_end = text.find("\x1b\\");
    const std::size_t end = std::min(bell, string_end);
    if (end == std::string_view::npos) return 0;
    return end + (end == bell ? 1 : 2);
  }
  return text[1] >= 0x20 && text[1] <= 0x7E ? 2 : 0;
}

// What a line of a terminal shows after its carriage returns.
std::string_view last_state(std::string_view line) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::size_t at = line.rfind('\r');
  return at == std::string_view::npos ? line : line.substr(at + 1);
}

std::string without_sequences(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = control_sequence(text);
    if (length == 0) plain += text.front();
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return plain;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (!text.empty()) text += ' ';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

constexpr std::size_t kSample = 4096;

}  // namespace

std::string render_text(std::string_view bytes) {
  const std::string plain =
      bytes.find('\x1b') == std::string_view::npos ? std::string(bytes) : without_sequences(bytes);
  std::string_view rest = plain;
  std::string shown;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    shown += sandport::printable(last_state(rest.substr(0, end)));
    if (end == std::string_view::npos) break;
    shown += '\n';
    rest.remove_prefix(end + 1);
  }
  return shown;
}

std::string render(const HeadTail& output) {
  const std::string tail = output.tail();
  if (sandport::looks_binary(output.head().substr(0, kSample)) ||
      sandport::looks_binary(std::string_view(tail).substr(0, kSample))) {
    constexpr std::size_t kBytes = 32;
    return "[binary output of " + std::to_string(output.size()) + " bytes, which begins with " +
           hex(output.head().substr(0, kBytes)) +
           "; write it to a file, or pass it through a tool such as xxd or file]";
  }
  if (output.omitted() == 0) return render_text(std::string(output.head()) + tail);
  const std::string_view head = output.head().substr(0, sandport::utf8_whole(output.head()));
  const std::string_view end = std::string_view(tail).substr(sandport::utf8_boundary(tail, 0));
  return render_text(head) + "\n[… " + std::to_string(output.omitted()) + " bytes in " +
         std::to_string(output.omitted_line_ends()) + " lines left out …]\n" + render_text(end);
}

}  // namespace shell
