#include "near_miss.hpp"

#include <sandport/utf8.hpp>

#include <cctype>
#include <string>
#include <vector>

namespace files {
namespace {

using Lines = std::vector<std::string_view>;

Lines split_lines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Equal when runs of blanks are one, and those at both ends none.
bool same_but_blanks(std::string_view a, std::string_view b) {
  const auto skip = [](std::string_view& text) {
    const bool any = !text.empty() && is_blank(text.front());
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    return any;
  };
  skip(a);
  skip(b);
  while (!a.empty() && !b.empty()) {
    if (a.front() != b.front()) return false;
    a.remove_prefix(1);
    b.remove_prefix(1);
    const bool gap_a = skip(a);
    const bool gap_b = skip(b);
    if (gap_a != gap_b && !a.empty() && !b.empty()) return false;
  }
  return a.empty() && b.empty();
}

bool blank_line(std::string_view line) { return same_but_blanks(line, ""); }

std::string quoted(std::string_view line) {
  constexpr std::size_t kMost = 120;
  std::string text = "\"";
  for (const char c : line.substr(0, sandport::utf8_prefix(line, kMost))) {
    if (c == '\t') {
      text += "\\t";
    } else if (c == '\r') {
      text += "\\r";
    } else {
      text += c;
    }
  }
  text = sandport::printable(text);
  return text + (line.size() > kMost ? "…\"" : "\"");
}

// "   12\t" before the text, as fs_read prints it.
bool has_line_number(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && line[at] == ' ') ++at;
  const std::size_t digits = at;
  while (at < line.size() && std::isdigit(static_cast<unsigned char>(line[at])) != 0) ++at;
  return at > digits && at < line.size() && line[at] == '\t';
}

std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] != '\\' || (next != 'n' && next != 't' && next != '"' && next != '\\')) {
      result += text[i];
      continue;
    }
    result += next == 'n' ? '\n' : next == 't' ? '\t' : next;
    ++i;
  }
  return result;
}

struct Run {
  std::size_t start = 0;   // line in the file, from 0
  std::size_t length = 0;  // lines that are the same but for blanks
};

// The place where most leading lines of find are the same but for blanks. Only starts that agree in
// the first line count, and the search is bounded: it explains an error, no more.
Run best_run(const Lines& file, const Lines& find) {
  constexpr std::size_t kMostCompared = 200'000;
  Run best;
  std::size_t compared = 0;
  for (std::size_t start = 0; start < file.size() && compared < kMostCompared; ++start) {
    std::size_t length = 0;
    while (length < find.size() && start + length < file.size() &&
           same_but_blanks(file[start + length], find[length])) {
      ++length;
    }
    compared += length + 1;
    if (length > best.length) best = {start, length};
    if (best.length == find.size()) break;
  }
  return best;
}

std::string describe_run(const Lines& file, const Lines& find, const Run& run) {
  const auto number = [&](std::size_t offset) { return std::to_string(run.start + offset + 1); };
  if (run.length < find.size()) {
    std::string text = "; its first " + std::to_string(run.length) +
                       (run.length == 1 ? " line is" : " lines are") + " at line " + number(0);
    if (run.start + run.length >= file.size()) return text + ", then the file ends";
    return text + ", but line " + number(run.length) + " is " +
           quoted(file[run.start + run.length]) + " where " + quoted(find[run.length]) +
           " was given";
  }
  for (std::size_t i = 0; i < find.size(); ++i) {
    if (file[run.start + i] != find[i]) {
      return "; line " + number(i) + " differs only in white space: the file has " +
             quoted(file[run.start + i]) + " where " + quoted(find[i]) + " was given";
    }
  }
  return "; the lines from " + number(0) + " on are the same but for the end of the last one";
}

}  // namespace

std::string near_miss(std::string_view content, std::string_view find) {
  if (content.empty()) return "; the file is empty";
  const Lines wanted = split_lines(find);
  std::string lf;
  for (const char c : find) {
    if (c != '\r') lf += c;
  }
  if (lf.size() != find.size() && content.find(lf) != std::string_view::npos) {
    return "; it was given with CRLF line ends, the file has LF";
  }
  bool numbered = !wanted.empty();
  for (const auto line : wanted) numbered = numbered && (has_line_number(line) || blank_line(line));
  if (numbered && has_line_number(wanted.front())) {
    return "; leave out the line numbers that fs_read puts before each line";
  }
  const std::string plain = unescaped(find);
  if (plain != find && content.find(plain) != std::string_view::npos) {
    return R"(; it was given with escapes (\n, \t, \", \\), the file has the characters themselves)";
  }
  if (blank_line(wanted.front())) return "; read the file again and copy the text exactly";
  const Lines lines = split_lines(content);
  const Run run = best_run(lines, wanted);
  if (run.length == 0) return "; read the file again and copy the text exactly";
  return describe_run(lines, wanted, run);
}

}  // namespace files
