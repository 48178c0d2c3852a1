// What stays out of a context: the rules of .dockerignore, with Docker's meaning.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wildcard.hpp"

namespace e2b_template {

class IgnoreRules {
 public:
  // Which rules a folder met; its content meets them too.
  using Met = std::vector<bool>;

  // Lines as in the file: blank ones and comments count for nothing.
  void add_file(std::string_view text);
  void add(std::string_view rule);

  [[nodiscard]] Met root() const { return Met(rules_.size(), false); }
  // Which rules `path` meets, given those of the folder that it is in. Relative, without "./".
  [[nodiscard]] Met meet(std::string_view path, const Met& folder) const;
  // The last rule that is met decides.
  [[nodiscard]] bool ignores(const Met& met) const;
  // Whether something in an ignored folder may be wanted after all.
  [[nodiscard]] bool has_exceptions() const { return has_exceptions_; }
  [[nodiscard]] bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    Wildcard wildcard;
    bool exception;
  };
  std::vector<Rule> rules_;
  bool has_exceptions_ = false;
};

}  // namespace e2b_template
