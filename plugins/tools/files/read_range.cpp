#include "read_range.hpp"

#include <sandport/utf8.hpp>

#include <algorithm>
#include <charconv>

#include "target.hpp"

namespace files {
namespace {

using sandport::Entry;
using sandport::SandboxView;
using sandport::Task;

// Up to this size the total of lines is worth reading the rest.
constexpr std::uint64_t kSmall = 1024 * 1024;
constexpr std::size_t kSample = 8192;

std::optional<std::string> why_binary(std::string_view start, std::uint64_t size) {
  const std::string_view sample = start.substr(0, kSample);
  if (sample.starts_with("\xFF\xFE") || sample.starts_with("\xFE\xFF")) {
    return "it looks like UTF-16; convert it with iconv";
  }
  if (!sandport::looks_binary(sample)) return std::nullopt;
  return "it looks binary, of " + describe_size(size) + "; use bash_run with file or xxd to look";
}

// Runs script with the path as $1 and argument as $2; its output, or nullopt when the sandbox lacks
// the tools for it.
Task<std::optional<std::string>> ask(SandboxView sandbox, const char* script, std::string path,
                                     std::string argument) {
  sandport::ExecRequest request;
  request.argv = {"/bin/sh", "-c", script, "sh", std::move(path), std::move(argument)};
  const sandport::OutputLimit limit{256, 0};
  const auto result = co_await sandbox.run(std::move(request), limit);
  if (!result.exit.ok()) co_return std::nullopt;
  co_return result.out.text();
}

std::optional<std::uint64_t> to_number(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const std::size_t start = text->find_first_not_of(" \t\n");
  if (start == std::string::npos) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(text->data() + start, text->data() + text->size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

// Lines of a large file, counted in the sandbox.
Task<std::optional<std::uint64_t>> count_lines(SandboxView sandbox, std::string path) {
  const auto answer = co_await ask(sandbox, R"(wc -l < "$1")", std::move(path), "");
  co_return to_number(answer);
}

// The byte at which a line of a large file starts, found in the sandbox.
Task<std::optional<std::uint64_t>> find_line(SandboxView sandbox, std::string path,
                                             std::uint64_t line) {
  const auto answer = co_await ask(sandbox, R"(head -n "$2" -- "$1" | wc -c)", std::move(path),
                                   std::to_string(line - 1));
  co_return to_number(answer);
}

struct Start {
  std::uint64_t line = 1;
  std::uint64_t byte = 0;  // at which skipped lines end
  std::uint64_t skipped = 0;
};

Task<Start> find_start(SandboxView sandbox, Entry entry, std::string path, std::int64_t offset) {
  Start start;
  if (offset > 0) start.line = static_cast<std::uint64_t>(offset);
  if (offset < 0) {
    const auto back = static_cast<std::uint64_t>(-offset);
    std::optional<std::uint64_t> lines;
    if (entry.size > kSmall) lines = co_await count_lines(sandbox, path);
    if (!lines) {
      LineWindow counter(WindowLimits{.first_line = UINT64_MAX});
      auto stream = co_await sandbox.read(path);
      while (auto event = co_await stream.next()) counter.feed(event->payload);
      co_await stream.result();
      counter.finish();
      lines = counter.lines();
    }
    start.line = *lines > back ? *lines - back + 1 : 1;
  }
  if (entry.size > kSmall && start.line > 1) {
    if (const auto byte = co_await find_line(sandbox, path, start.line)) {
      start.byte = *byte;
      start.skipped = start.line - 1;
    }
  }
  co_return start;
}

}  // namespace

Task<RangeText> read_range(SandboxView sandbox, Entry entry, std::string path, ReadRange range) {
  const Start start = co_await find_start(sandbox, entry, path, range.offset);
  WindowLimits limits = range.limits;
  limits.first_line = start.line;
  RangeText text{LineWindow(limits, start.skipped), entry.size, false, std::nullopt};
  auto stream = co_await sandbox.read(path, start.byte);
  bool first = true;
  while (auto event = co_await stream.next()) {
    if (event->channel != SP_CHANNEL_DATA) continue;
    if (first) text.binary = why_binary(event->payload, entry.size);
    first = false;
    if (text.binary) co_return text;
    text.window.feed(event->payload);
    if (text.window.end() != WindowEnd::kOpen && entry.size > kSmall) co_return text;
  }
  co_await stream.result();
  text.window.finish();
  text.whole = true;
  co_return text;
}

}  // namespace files
