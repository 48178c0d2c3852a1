#include "core/sandbox/grep_command.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace sandport {
namespace {

// As one word for any POSIX shell, whatever the bytes.
std::string quote(const std::string& text) {
  std::string quoted = "'";
  for (const char character : text) {
    if (character == '\'') {
      quoted += "'\\''";
    } else {
      quoted += character;
    }
  }
  return quoted += '\'';
}

std::string context_options(const GrepRequest& request) {
  // More would be meaningless, and old tools do not take every number.
  constexpr std::uint32_t kMost = 1000000;
  std::string options;
  if (request.output != GrepOutput::kLines) return options;
  if (request.before != 0) options += " -B " + std::to_string(std::min(request.before, kMost));
  if (request.after != 0) options += " -A " + std::to_string(std::min(request.after, kMost));
  return options;
}

std::string common_options(const GrepRequest& request) {
  std::string options;
  if (request.letter_case == LetterCase::kIgnore) options += " -i";
  if (request.syntax == GrepSyntax::kFixed) options += " -F";
  if (request.output == GrepOutput::kFiles) options += " -m 1";
  return options + context_options(request);
}

// POSIX: extended expressions where nothing better is known.
std::string dialect_option(const GrepRequest& request) {
  return request.syntax == GrepSyntax::kFixed ? "" : " -E";
}

std::string ripgrep(const GrepRequest& request, const std::vector<std::string>& patterns) {
  std::string command = "rg --no-config --no-messages --json --hidden --sort path";
  command += common_options(request);
  if (request.span == GrepSpan::kMultiline) command += " -U --multiline-dotall";
  for (const auto& pattern : patterns) command += " -g " + quote(pattern);
  // Last, because the last pattern that fits decides.
  command += " -g '!.git' -g '!.hg' -g '!.svn'";
  return command + " -e " + quote(request.pattern) + " -- " + quote(request.root);
}

std::string gnu_grep(const GrepRequest& request, const std::vector<std::string>& patterns) {
  std::string command = "grep -rHnZIs";
  command += common_options(request);
  command += " --exclude-dir=.git --exclude-dir=.hg --exclude-dir=.svn";
  for (const auto& pattern : patterns) command += " --include=" + quote(pattern);
  return command + " $dialect -e " + quote(request.pattern) + " -- " + quote(request.root);
}

// For tools without -r and -Z. The pattern is $0 of the inner shell. A file with a NUL in its first
// 8 KiB is taken for binary.
std::string plain_grep(const GrepRequest& request) {
  const std::string grep = "grep " + common_options(request) + dialect_option(request);
  const std::string inner = "for file do " + grep +
                            " -q -e \"$0\" -- \"$file\" 2>/dev/null || continue; "
                            "[ \"$(head -c 8192 \"$file\" | tr -d '\\000' | wc -c)\" = "
                            "\"$(head -c 8192 \"$file\" | wc -c)\" ] || continue; "
                            "printf '%s\\000' \"$file\"; " +
                            grep +
                            " -n -e \"$0\" -- \"$file\" | tr -d '\\000'; "
                            "printf '\\000'; done";
  return "find " + quote(request.root) +
         " '(' -name .git -o -name .hg -o -name .svn ')' -prune -o -type f -exec sh -c " +
         quote(inner) + " " + quote(request.pattern) + " '{}' +";
}

}  // namespace

std::vector<std::string> grep_command(const GrepRequest& request,
                                      const std::vector<std::string>& patterns) {
  const auto pattern = quote(request.pattern);
  std::string script = "[ -e " + quote(request.root) + " ] || { echo missing; exit 0; }\n";
  script += "if command -v rg >/dev/null 2>&1; then echo rg; exec " + ripgrep(request, patterns) +
            "; fi\n";
  script += "command -v grep >/dev/null 2>&1 || { echo none; exit 0; }\n";
  if (request.span == GrepSpan::kMultiline) {
    script += "echo multiline\n";
    return {"sh", "-c", std::move(script)};
  }
  // Perl's dialect is the nearest to what people write for ripgrep; not every grep has it.
  script += "dialect=-E\n";
  if (request.syntax == GrepSyntax::kFixed) {
    script += "dialect=\n";
  } else {
    script += "if echo x | grep -qP x 2>/dev/null; then dialect=-P; fi\n";
  }
  script += "grep -rHnZIs x /dev/null >/dev/null 2>&1\n";
  script += "if [ $? -le 1 ]; then echo gnu; exec " + gnu_grep(request, patterns) + "; fi\n";
  // The inner shells keep quiet about a bad pattern, so it is tried here once.
  script += "echo plain\n";
  script += "grep" + dialect_option(request) + " -e " + pattern + " </dev/null >/dev/null\n";
  script += "[ $? -le 1 ] || exit 2\n";
  script += "exec " + plain_grep(request) + "\n";
  return {"sh", "-c", std::move(script)};
}

GrepTool grep_tool(const std::string& first_line) {
  constexpr std::array<std::pair<std::string_view, GrepTool>, 6> kNames{{
      {"rg", GrepTool::kRipgrep},
      {"gnu", GrepTool::kGnuGrep},
      {"plain", GrepTool::kPlainGrep},
      {"none", GrepTool::kNone},
      {"multiline", GrepTool::kNoMultiline},
      {"missing", GrepTool::kNoRoot},
  }};
  for (const auto& [name, tool] : kNames) {
    if (first_line == name) return tool;
  }
  throw Error(Code::kInternal, "the sandbox's shell answered a search with: " + first_line);
}

}  // namespace sandport
