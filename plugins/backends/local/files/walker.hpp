// Resolves a path component by component, following symlinks itself.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "files/roots.hpp"

namespace sandport_local {

// Every component is opened with O_NOFOLLOW from the directory before it; links and ".." are
// interpreted here, so that a link may lead from one root into another but never elsewhere.
class Walker {
 public:
  explicit Walker(const Roots& roots) : roots_(roots) {}

  [[nodiscard]] Location walk(std::string_view path, LastLink last);

 private:
  struct Step {
    UniqueFd fd;
    std::string path;
  };

  void push_front(std::string_view path);
  void enter(const std::string& path);
  void step_outside(const std::string& name);
  // true when the walk ends here and *result is set.
  bool step_inside(const std::string& name, LastLink last, Location* result);
  [[nodiscard]] std::string here() const;

  const Roots& roots_;
  std::deque<std::string> remaining_;
  const Root* root_ = nullptr;  // null while above every root
  std::vector<Step> steps_;     // the root first
  std::string outside_;         // where we are while root_ is null; "" is "/"
  std::string asked_;
  int links_ = 0;
};

}  // namespace sandport_local
