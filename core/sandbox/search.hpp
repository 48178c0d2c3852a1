// Finding files and text in a sandbox: natively where the backend can, else built from list and
// exec.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/task.hpp"

namespace sandport {

class Sandbox;

enum class LetterCase { kSensitive, kIgnore };
enum class DotFiles { kInclude, kSkip };
enum class GlobTypes { kAll, kFiles };

struct GlobRequest {
  std::string root;     // absolute directory
  std::string pattern;  // *, ?, [a-z], and ** for any number of directories
  LetterCase letter_case = LetterCase::kSensitive;
  DotFiles dot_files = DotFiles::kInclude;
  GlobTypes types = GlobTypes::kAll;
  std::uint64_t limit = 0;  // 0: all
};

enum class GrepSyntax { kRegex, kFixed };
enum class GrepOutput { kLines, kFiles, kCounts };
enum class GrepSpan { kLine, kMultiline };

struct GrepRequest {
  std::string root;  // absolute file or directory
  std::string pattern;
  std::string glob;  // only files whose path matches; empty: all
  LetterCase letter_case = LetterCase::kSensitive;
  GrepSyntax syntax = GrepSyntax::kRegex;
  GrepOutput output = GrepOutput::kLines;
  GrepSpan span = GrepSpan::kLine;
  std::uint32_t before = 0;  // context lines
  std::uint32_t after = 0;
  std::uint64_t limit = 0;  // most matching lines; 0: all
};

struct GrepMatch {
  std::string path;
  std::uint64_t number = 0;  // line, from 1; the count with kCounts
  std::string line;
  enum class Kind { kMatch, kContext } kind = Kind::kMatch;
};

// Absolute paths, sorted. Symlinked directories are not entered.
[[nodiscard]] Task<std::vector<std::string>> glob(Sandbox& sandbox, GlobRequest request);

// Through the sandbox's `rg`, else its `grep`. kUnimplemented for kMultiline where there is no rg;
// kInvalidArgument for a bad pattern; kFailedPrecondition where there is neither tool.
[[nodiscard]] Task<std::vector<GrepMatch>> grep(Sandbox& sandbox, GrepRequest request);

}  // namespace sandport
