// The command that greps inside a sandbox, with whatever tool is there.
#pragma once

#include <string>
#include <vector>

#include "core/sandbox/search.hpp"

namespace sandport {

// How the rest of the output is framed. The command writes the name below as its first line.
enum class GrepTool {
  kRipgrep,      // "rg": JSON lines
  kGnuGrep,      // "gnu": path NUL number (: or -) line LF
  kPlainGrep,    // "plain": path NUL (number (: or -) line LF)… NUL
  kNone,         // "none": there is no tool
  kNoMultiline,  // "multiline": there is no tool for that
  kNoRoot        // "missing": the root does not exist
};

// argv of a shell command. patterns: the file patterns that the tool may apply by itself, names
// only; empty for all files. They only save work: the reader applies the real ones.
[[nodiscard]] std::vector<std::string> grep_command(const GrepRequest& request,
                                                    const std::vector<std::string>& patterns);

// Throws Error kInternal for a line that is none of those above.
[[nodiscard]] GrepTool grep_tool(const std::string& first_line);

}  // namespace sandport
