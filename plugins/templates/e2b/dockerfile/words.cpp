#include "words.hpp"

#include "../model/shell_quote.hpp"

namespace e2b_template {
namespace {

// Walks over text and knows the quotes around each character.
class QuoteState {
 public:
  explicit QuoteState(char escape) : escape_(escape) {}

  // Call for every character in order.
  void pass(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == escape_ && quote_ != '\'') {
      escaped_ = true;
    } else if (quote_ == '\0' && (c == '\'' || c == '"')) {
      quote_ = c;
    } else if (c == quote_) {
      quote_ = '\0';
    }
  }
  [[nodiscard]] bool outside() const { return quote_ == '\0' && !escaped_; }
  [[nodiscard]] bool in_quotes() const { return quote_ != '\0'; }

 private:
  char escape_;
  char quote_ = '\0';
  bool escaped_ = false;
};

bool is_name_start(char c) { return is_variable_name(std::string_view(&c, 1)); }
bool is_name_part(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }

class Expander {
 public:
  Expander(std::string_view word, char escape, const Variables& variables, Unknown unknown)
      : rest_(word), escape_(escape), variables_(variables), unknown_(unknown) {}

  Expansion run() {
    while (!rest_.empty() && result_.problem.empty()) {
      const char c = take();
      if (c == '\'' && !in_double_) {
        while (!rest_.empty() && rest_.front() != '\'') literal(take());
        if (!rest_.empty()) take();
      } else if (c == '"') {
        in_double_ = !in_double_;
      } else if (c == escape_ && !rest_.empty()) {
        escaped();
      } else if (c == '$') {
        variable();
      } else {
        result_.text += c;
      }
    }
    return std::move(result_);
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  // A dollar sign that stands for itself would be expanded by the service after all.
  void literal(char c) {
    if (c == '$' && unknown_ == Unknown::kKeep && !rest_.empty() &&
        (is_name_part(rest_.front()) || rest_.front() == '{')) {
      result_.problem = "a literal $ in front of a name cannot be kept; the service expands it";
    }
    result_.text += c;
  }

  void escaped() {
    const char c = take();
    // Inside double quotes only these lose their escape.
    if (in_double_ && c != '"' && c != '$' && c != escape_) result_.text += escape_;
    literal(c);
  }

  void variable() {
    if (!rest_.empty() && rest_.front() == '{') {
      take();
      const auto end = closing_brace();
      if (end == std::string_view::npos) {
        result_.problem = "${ without }";
        return;
      }
      braced(rest_.substr(0, end));
      rest_.remove_prefix(end + 1);
      return;
    }
    std::size_t length = 0;
    while (length < rest_.size() && is_name_part(rest_[length])) ++length;
    if (length == 0 || !is_name_start(rest_.front())) {
      literal('$');
      return;
    }
    const std::string_view name = rest_.substr(0, length);
    rest_.remove_prefix(length);
    value(name);
  }

  [[nodiscard]] std::size_t closing_brace() const {
    int depth = 0;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '{') ++depth;
      if (rest_[i] == '}' && depth-- == 0) return i;
    }
    return std::string_view::npos;
  }

  void braced(std::string_view inside) {
    std::size_t length = 0;
    while (length < inside.size() && is_name_part(inside[length])) ++length;
    const std::string_view name = inside.substr(0, length);
    const std::string_view modifier = inside.substr(length);
    if (!is_variable_name(name)) {
      result_.problem = "\"${" + std::string(inside) + "}\" names no variable";
      return;
    }
    if (modifier.empty()) {
      value(name);
      return;
    }
    const bool colon = modifier.starts_with(':');
    const char kind = modifier.size() > (colon ? 1U : 0U) ? modifier[colon ? 1 : 0] : '\0';
    if (kind != '-' && kind != '+') {
      result_.problem = "\"${" + std::string(inside) + "}\": only :- and :+ can be expanded";
      return;
    }
    const auto found = variables_.find(name);
    const bool is_set = found != variables_.end() && !(colon && found->second.empty());
    if (found == variables_.end() && unknown_ == Unknown::kKeep) {
      result_.problem = "whether " + std::string(name) + " is set is not known before the build";
      return;
    }
    const std::string_view alternative = modifier.substr(colon ? 2 : 1);
    if (kind == '-' && is_set) {
      result_.text += found->second;
    } else if (kind == '-' || is_set) {
      Expansion inner = Expander{alternative, escape_, variables_, unknown_}.run();
      result_.text += inner.text;
      result_.problem = inner.problem;
    }
  }

  void value(std::string_view name) {
    const auto found = variables_.find(name);
    if (found != variables_.end()) {
      result_.text += found->second;
    } else if (unknown_ == Unknown::kKeep) {
      result_.text += "${" + std::string(name) + '}';
    } else if (unknown_ == Unknown::kRefuse) {
      result_.problem = "the value of " + std::string(name) +
                        " is not in this Dockerfile, and is not known before the build";
    }
  }

  std::string_view rest_;
  char escape_;
  const Variables& variables_;
  Unknown unknown_;
  bool in_double_ = false;
  Expansion result_;
};

}  // namespace

std::vector<std::string> split_words(std::string_view text, char escape) {
  std::vector<std::string> words;
  QuoteState state{escape};
  bool in_word = false;
  for (const char c : text) {
    if (is_blank(c) && state.outside()) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    words.back() += c;
    state.pass(c);
  }
  return words;
}

bool ends_inside_quotes(std::string_view text, char escape) {
  QuoteState state{escape};
  for (const char c : text) state.pass(c);
  return state.in_quotes();
}

Expansion expand(std::string_view word, char escape, const Variables& variables, Unknown unknown) {
  return Expander{word, escape, variables, unknown}.run();
}

}  // namespace e2b_template
