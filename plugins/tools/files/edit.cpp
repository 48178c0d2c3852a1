#include "edit.hpp"

#include <algorithm>
#include <vector>

#include "near_miss.hpp"

namespace files {
namespace {

std::vector<std::size_t> occurrences(std::string_view content, std::string_view find) {
  std::vector<std::size_t> found;
  for (std::size_t at = content.find(find); at != std::string_view::npos;
       at = content.find(find, at + find.size())) {
    found.push_back(at);
  }
  return found;
}

std::string lines_text(std::string_view content, const std::vector<std::size_t>& offsets) {
  constexpr std::size_t kMost = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(offsets.size(), kMost); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(line_of(content, offsets[i]));
  }
  return offsets.size() > kMost ? text + ", …" : text;
}

std::string replaced(std::string_view content, const std::vector<std::size_t>& offsets,
                     std::size_t find_size, std::string_view replacement) {
  std::string result;
  result.reserve(content.size() + offsets.size() * replacement.size());
  std::size_t from = 0;
  for (const std::size_t at : offsets) {
    result.append(content.substr(from, at - from)).append(replacement);
    from = at + find_size;
  }
  return result.append(content.substr(from));
}

}  // namespace

std::size_t line_of(std::string_view content, std::size_t offset) {
  const auto end = content.begin() + static_cast<std::ptrdiff_t>(std::min(offset, content.size()));
  return 1 + static_cast<std::size_t>(std::count(content.begin(), end, '\n'));
}

std::string to_crlf(std::string_view text) {
  std::string result;
  result.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    if (c == '\n' && (result.empty() || result.back() != '\r')) result += '\r';
    result += c;
  }
  return result;
}

EditOutcome apply_edit(std::string& content, const Edit& edit) {
  EditOutcome outcome;
  if (edit.find.empty()) {
    if (content.empty() && !edit.replace.empty()) {  // the one place where nothing is unique
      content = edit.replace;
      outcome.replacements = 1;
      outcome.first_line = 1;
    } else {
      outcome.error = "the text to find is empty; give the exact text to replace";
    }
    return outcome;
  }
  if (edit.find == edit.replace) {
    outcome.error = "the text to find and its replacement are the same; nothing would change";
    return outcome;
  }
  std::string find = edit.find;
  std::string replacement = edit.replace;
  auto offsets = occurrences(content, find);
  if (offsets.empty() && find.find('\n') != std::string::npos) {
    // fs_read shows CRLF as plain line ends, so a match may be quoted that way.
    std::string with_crlf = to_crlf(find);
    offsets = occurrences(content, with_crlf);
    if (!offsets.empty()) {
      find = std::move(with_crlf);
      replacement = to_crlf(replacement);
      outcome.kept_crlf = true;
    }
  }
  if (offsets.empty()) {
    outcome.error = "the text to find is not in the file" + near_miss(content, edit.find);
    return outcome;
  }
  if (offsets.size() > 1 && !edit.replace_all) {
    outcome.error = "the text to find occurs " + std::to_string(offsets.size()) + " times (lines " +
                    lines_text(content, offsets) +
                    "); add lines around it to make it unique, or set replace_all";
    return outcome;
  }
  outcome.replacements = offsets.size();
  outcome.first_line = line_of(content, offsets.front());
  content = replaced(content, offsets, find.size(), replacement);
  return outcome;
}

}  // namespace files
