// Finding text in a sandbox that cannot do it itself, with the tools that are in it.
#include <utility>

#include "core/error.hpp"
#include "core/sandbox/grep_command.hpp"
#include "core/sandbox/grep_reader.hpp"
#include "core/sandbox/sandbox.hpp"

namespace sandport {
namespace {

// Enough for any complaint about a pattern.
constexpr std::size_t kStderrKept = 4096;

void throw_unless_searched(std::optional<GrepTool> tool, const GrepRequest& request) {
  if (tool == GrepTool::kNoRoot) {
    throw Error(Code::kNotFound, "grep: " + request.root + " does not exist", Retry::kNo, {},
                "ENOENT");
  }
  if (tool == GrepTool::kNoMultiline) {
    throw Error(Code::kUnimplemented,
                "a search over several lines needs ripgrep (rg) in the sandbox");
  }
  if (!tool || tool == GrepTool::kNone) {
    throw Error(Code::kFailedPrecondition,
                "the sandbox has neither rg nor grep; install one of them there");
  }
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Task<std::vector<GrepMatch>> grep(Sandbox& sandbox, GrepRequest request) {
  if (sandbox.has_native_search()) co_return co_await sandbox.native_grep(std::move(request));
  const GrepFilter filter{request.glob, request.root};
  GrepReader reader{request, filter};
  ExecRequest command;
  command.argv = grep_command(request, filter.name_patterns());
  // Bytes are bytes: with another locale grep takes what is no UTF-8 for binary.
  command.env = {{"LC_ALL", "C"}};
  command.cwd = "/";
  const auto process = co_await sandbox.exec(std::move(command));
  std::string complaint;
  while (auto chunk = co_await process->next_output()) {
    if (chunk->channel == OutputChannel::kStderr && complaint.size() < kStderrKept) {
      complaint += chunk->bytes;
    }
    if (chunk->channel != OutputChannel::kStdout) continue;
    if (reader.feed(chunk->bytes) == GrepProgress::kEnough) co_return reader.take();
  }
  const auto status = co_await process->wait();
  throw_unless_searched(reader.tool(), request);
  if (status.reason != ExitReason::kExited) {
    throw Error(Code::kInterrupted, "the search in the sandbox was ended from outside");
  }
  // Files that could not be read make the tools exit with 2 as well, silently.
  if (status.exit_code > 1 && !complaint.empty()) {
    throw Error(Code::kInvalidArgument, "grep: " + first_line(complaint));
  }
  co_return reader.take();
}

}  // namespace sandport
