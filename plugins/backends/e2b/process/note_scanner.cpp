#include "process/note_scanner.hpp"

#include <utility>

namespace sandport_e2b {
namespace {

constexpr char kMark = '\x1e';
// Longer than any word we write.
constexpr std::size_t kLongestWord = 128;

}  // namespace

NoteScanner::NoteScanner(std::string_view key)
    : start_(std::string(1, kMark) + "sandport:" + std::string(key) + ":") {}

std::string NoteScanner::feed(std::string_view bytes, std::vector<std::string>* notes) {
  std::string text = std::exchange(held_, {});
  text += bytes;
  std::string output;
  std::size_t at = 0;
  for (;;) {
    const std::size_t mark = text.find(kMark, at);
    if (mark == std::string::npos) {
      output.append(text, at);
      return output;
    }
    output.append(text, at, mark - at);
    const std::string_view rest = std::string_view(text).substr(mark);
    if (rest.size() < start_.size() && std::string_view(start_).starts_with(rest)) {
      held_ = rest;
      return output;
    }
    if (!rest.starts_with(start_)) {
      output += kMark;
      at = mark + 1;
      continue;
    }
    const std::size_t end = rest.find(kMark, start_.size());
    if (end == std::string_view::npos && rest.size() < start_.size() + kLongestWord) {
      held_ = rest;
      return output;
    }
    if (end == std::string_view::npos) {
      output += kMark;
      at = mark + 1;
      continue;
    }
    notes->emplace_back(rest.substr(start_.size(), end - start_.size()));
    at = mark + end + 1;
  }
}

std::string NoteScanner::finish() { return std::exchange(held_, {}); }

}  // namespace sandport_e2b
