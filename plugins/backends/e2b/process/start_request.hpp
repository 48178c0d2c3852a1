// The body of a Start call.
#pragma once

#include <optional>
#include <sandport/exec.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "options.hpp"

namespace sandport_e2b {

// A list of arguments. g++ 12 cannot make one of literals in braces within a coroutine.
template <class... Text>
[[nodiscard]] std::vector<std::string> words(Text&&... text) {
  std::vector<std::string> list;
  (list.emplace_back(std::forward<Text>(text)), ...);
  return list;
}

struct StartRequest {
  StartRequest() = default;

  std::string_view script;             // one of scripts.hpp
  std::string key;                     // its $0
  std::vector<std::string> arguments;  // its $1 and so on
  StringMap envs;
  std::string cwd;  // empty: the template's
  std::string tag;
  bool stdin_open = false;
  std::optional<sandport::TerminalSize> terminal;

  // Throws sandport::Error SP_INVALID_ARGUMENT when something is not UTF-8.
  [[nodiscard]] std::string json() const;
};

}  // namespace sandport_e2b
