#include <algorithm>
#include <cctype>
#include <utility>

#include "core/policy/shell_parser.hpp"
#include "core/policy/wildcard.hpp"

namespace sandport {
namespace {

bool is_descriptor(std::string_view text) {
  return text == "-" || (!text.empty() && std::all_of(text.begin(), text.end(), [](char character) {
           return (character >= '0' && character <= '9') || character == '-';
         }));
}

}  // namespace

bool ShellParser::parse_redirection(SimpleCommand& command) {
  const std::size_t begin = at_;
  while (std::isdigit(static_cast<unsigned char>(peek())) != 0) {
    ++at_;
  }
  if (starts_with("<(") || starts_with(">(")) {
    if (at_ != begin) {
      doubt("a redirection is not well formed");
    }
    at_ += 2;
    parse_substitution();
    command.words.push_back({std::string(1, kUnknownText), false, false});
    return true;
  }
  if (take("<<<")) {
    skip_blanks();
    (void)parse_word();
  } else if (starts_with("<<")) {
    parse_here_document_start();
  } else if (take("<&")) {
    skip_blanks();
    (void)parse_word();
  } else if (take(">&")) {
    skip_blanks();
    ShellWord target = parse_word();
    if (!is_descriptor(target.text)) {
      command.writes.push_back(std::move(target));
    }
  } else if (at_ == begin && (starts_with("&>"))) {
    // A POSIX shell reads this as `&` and then `>`: what follows would be a command of its own.
    take("&>>") || take("&>");
    add_write(command);
    skip_blanks();
    if (!at_end() && std::string_view("\n;&|)").find(peek()) == std::string_view::npos) {
      doubt("words after \"&>\" are read differently by different shells");
    }
  } else if (take("<>") || take(">>") || take(">|") || take(">")) {
    add_write(command);
  } else if (take("<")) {
    skip_blanks();
    (void)parse_word();
  } else {
    at_ = begin;
    return false;
  }
  return true;
}

void ShellParser::add_write(SimpleCommand& command) {
  skip_blanks();
  ShellWord target = parse_word();
  if (target.text != "/dev/null" && target.text != "/dev/stdout" && target.text != "/dev/stderr") {
    command.writes.push_back(std::move(target));
  }
}

void ShellParser::parse_here_document_start() {
  at_ += 2;
  HereDocument document;
  document.strip_tabs = take("-");
  skip_blanks();
  ShellWord delimiter = parse_word();
  if (delimiter.text.find(kUnknownText) != std::string::npos) {
    doubt("the end of a here-document cannot be known");
  }
  document.delimiter = std::move(delimiter.text);
  document.quoted = delimiter.quoted;
  waiting_.push_back(std::move(document));
}

void ShellParser::read_here_documents() {
  const std::vector<HereDocument> documents = std::exchange(waiting_, {});
  for (const HereDocument& document : documents) {
    const std::size_t begin = at_;
    for (;;) {
      if (at_end()) {
        doubt("a here-document has no end");
      }
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      std::string_view line = text_.substr(at_, end - at_);
      const std::size_t line_begin = at_;
      at_ = std::min(end + 1, text_.size());
      if (document.strip_tabs) {
        line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
      }
      if (line == document.delimiter) {
        if (!document.quoted) {
          const Nested nested(*this);
          ShellParser(text_.substr(begin, line_begin - begin), depth_, commands_)
              .parse_expansions();
        }
        break;
      }
      if (!document.quoted && line.ends_with('\\')) {
        doubt("a here-document's line goes on in the next one");
      }
    }
  }
}

}  // namespace sandport
