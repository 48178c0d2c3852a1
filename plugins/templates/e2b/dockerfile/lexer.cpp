#include "lexer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "words.hpp"

namespace e2b_template {
namespace {

std::string_view trim_left(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view trim_right(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view trim(std::string_view text) { return trim_left(trim_right(text)); }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return lower;
}

// The delimiter that a word such as `2<<-"EOF"` announces; empty when it announces none.
std::string_view heredoc_delimiter(std::string_view word) {
  while (!word.empty() && word.front() >= '0' && word.front() <= '9') word.remove_prefix(1);
  if (!word.starts_with("<<")) return {};
  word.remove_prefix(2);
  if (word.starts_with('-')) word.remove_prefix(1);
  return word.find('<') == std::string_view::npos ? word : std::string_view{};
}

class Lexer {
 public:
  Lexer(const DockerfileText& source, Diagnostics& diagnostics)
      : source_(source), diagnostics_(diagnostics) {
    std::string_view rest = source.text;
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      lines_.push_back(line);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  Dockerfile read() {
    read_directives();
    while (next_ < lines_.size()) {
      const std::string_view line = trim_left(lines_[next_]);
      if (line.empty() || line.starts_with('#')) {
        ++next_;
      } else {
        read_instruction();
      }
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] Place place(std::size_t line) const {
    const std::size_t blanks = lines_[line].size() - trim_left(lines_[line]).size();
    return {source_.file, source_.first_line + static_cast<std::uint32_t>(line),
            source_.indent + static_cast<std::uint32_t>(blanks) + 1};
  }

  // `# escape=` and its kin count on the first lines only.
  void read_directives() {
    for (; next_ < lines_.size(); ++next_) {
      std::string_view line = trim(lines_[next_]);
      if (!line.starts_with('#')) return;
      line = trim(line.substr(1));
      const auto equals = line.find('=');
      const std::string name = lower_case(trim_right(line.substr(0, equals)));
      const bool known = name == "escape" || name == "syntax" || name == "check";
      if (equals == std::string_view::npos || !known) return;
      if (name != "escape") continue;
      const std::string_view value = trim(line.substr(equals + 1));
      if (value == "\\" || value == "`") {
        result_.escape = value.front();
      } else {
        diagnostics_.error(place(next_), "escape: expected \\ or `");
      }
    }
  }

  // The text before the escape that ends the line; nothing when none does.
  [[nodiscard]] std::optional<std::string_view> continued(std::string_view line) const {
    const std::string_view text = trim_right(line);
    if (!text.ends_with(result_.escape)) return std::nullopt;
    return text.substr(0, text.size() - 1);
  }

  // Blanks around the break become one, as a shell would read them; inside quotes they stay.
  void append(std::string& logical, std::string_view line) const {
    if (ends_inside_quotes(logical, result_.escape)) {
      logical += line;
      return;
    }
    const bool blank =
        (!logical.empty() && is_blank(logical.back())) || (!line.empty() && is_blank(line.front()));
    logical.resize(trim_right(logical).size());
    if (blank && !logical.empty()) logical += ' ';
    logical += trim_left(line);
  }

  std::string read_logical_line() {
    std::string logical;
    bool more = true;
    while (more && next_ < lines_.size()) {
      const std::string_view line = lines_[next_++];
      const std::string_view shown = trim_left(line);
      if (!logical.empty() && (shown.empty() || shown.starts_with('#'))) continue;
      const auto part = continued(line);
      append(logical, part.value_or(line));
      more = part.has_value();
    }
    return std::string(trim(logical));
  }

  void read_instruction() {
    Instruction instruction;
    instruction.place = place(next_);
    const std::string logical = read_logical_line();
    const auto end = std::min(logical.find_first_of(" \t"), logical.size());
    instruction.keyword = logical.substr(0, end);
    for (char& c : instruction.keyword) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c & ~0x20);
    }
    std::string_view rest = trim_left(std::string_view(logical).substr(end));
    while (rest.starts_with("--")) {
      const auto stop = std::min(rest.find_first_of(" \t"), rest.size());
      const std::string_view flag = rest.substr(2, stop - 2);
      const auto equals = flag.find('=');
      instruction.flags.emplace_back(flag.substr(0, equals), equals == std::string_view::npos
                                                                 ? std::string_view{}
                                                                 : flag.substr(equals + 1));
      rest = trim_left(rest.substr(stop));
    }
    instruction.text = rest;
    read_heredocs(instruction);
    result_.instructions.push_back(std::move(instruction));
  }

  void read_heredocs(Instruction& instruction) {
    if (instruction.keyword != "RUN" && instruction.keyword != "COPY" &&
        instruction.keyword != "ADD") {
      return;
    }
    for (const std::string& word : split_words(instruction.text, result_.escape)) {
      const std::string_view delimiter = heredoc_delimiter(word);
      if (delimiter.empty()) continue;
      Heredoc heredoc;
      heredoc.marker = word;
      for (const char c : delimiter) {
        if (c != '\'' && c != '"') heredoc.name += c;
      }
      if (!read_body(heredoc, word.find("<<-") != std::string::npos)) {
        diagnostics_.error(instruction.place, "the heredoc " + heredoc.marker + " has no line \"" +
                                                  heredoc.name + "\" that ends it");
      }
      instruction.heredocs.push_back(std::move(heredoc));
    }
  }

  bool read_body(Heredoc& heredoc, bool strips_tabs) {
    while (next_ < lines_.size()) {
      std::string_view line = lines_[next_++];
      while (strips_tabs && line.starts_with('\t')) line.remove_prefix(1);
      if (line == heredoc.name) return true;
      heredoc.body += line;
      heredoc.body += '\n';
    }
    return false;
  }

  const DockerfileText& source_;
  Diagnostics& diagnostics_;
  std::vector<std::string_view> lines_;
  std::size_t next_ = 0;
  Dockerfile result_;
};

}  // namespace

std::optional<std::string> Instruction::flag(std::string_view name) const {
  for (const auto& [key, value] : flags) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> Instruction::exec_form() const {
  if (!text.starts_with('[')) return std::nullopt;
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_array()) return std::nullopt;
  std::vector<std::string> words;
  for (const auto& item : json) {
    if (!item.is_string()) return std::nullopt;
    words.push_back(item.get<std::string>());
  }
  return words;
}

Dockerfile lex_dockerfile(const DockerfileText& source, Diagnostics& diagnostics) {
  return Lexer{source, diagnostics}.read();
}

}  // namespace e2b_template
