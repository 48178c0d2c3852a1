#include "host/command/plugin_live_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "host/engine/block_on.hpp"
#include "host/engine/engine.hpp"

namespace sandport {
namespace {

// Every byte there is, and a line end of the other kind.
std::string all_bytes() {
  std::string bytes = "\r\n";
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

void expect(bool holds, const std::string& problem) {
  if (!holds) throw Error(Code::kInternal, problem);
}

Task<std::string> run_command(Sandbox& sandbox, std::string command) {
  ExecRequest request;
  request.argv = {"sh", "-c", std::move(command)};
  const std::unique_ptr<Process> process = co_await sandbox.exec(std::move(request));
  std::string seen;
  for (;;) {
    const std::optional<OutputChunk> chunk = co_await process->next_output();
    if (!chunk) break;
    seen += (chunk->channel == OutputChannel::kStderr ? "err:" : "out:") + chunk->bytes;
  }
  const ExitStatus status = co_await process->wait();
  seen += fmt::format("exit:{}", status.exit_code);
  co_return seen;
}

Task<std::string> there_and_back(Sandbox& sandbox, std::string path, std::string bytes) {
  const std::uint64_t size = bytes.size();
  auto content = std::make_unique<StringStream>(std::move(bytes));
  static_cast<void>(
      co_await sandbox.files().write(path, std::move(content), size, WriteMode::kReplace));
  const std::unique_ptr<ByteStream> stream = co_await sandbox.files().read(path);
  std::string read;
  for (;;) {
    const std::string piece = co_await stream->next();
    if (piece.empty()) break;
    read += piece;
  }
  co_return read;
}

Task<Code> error_of_missing(Sandbox& sandbox, std::string path) {
  try {
    static_cast<void>(co_await sandbox.files().stat(std::move(path)));
  } catch (const Error& error) {
    co_return error.code();
  }
  co_return Code::kOk;
}

}  // namespace

void check_live_backend(Runtime& runtime, Backend& backend, const std::string& name,
                        PluginReport& report) {
  const Engine& engine = runtime.engine();
  std::unique_ptr<Sandbox> sandbox;
  SandboxSpec spec;
  spec.labels = {{"sandport.check", "1"}};
  const bool made = report.attempt(name + " sandbox", [&] {
    sandbox = block_on(engine, backend.create(spec));
    expect(sandbox->info().work_dir.starts_with('/'), "its work_dir is not absolute");
    report.ok(name + " sandbox", sandbox->id());
  });
  if (made) {
    const std::string path = sandbox->info().work_dir + "/sandport-check";
    report.attempt(name + " exec", [&] {
      const std::string seen = block_on(engine, run_command(*sandbox, "printf one; exit 3"));
      expect(seen == "out:oneexit:3", "`printf one; exit 3` brought: " + seen);
      report.ok(name + " exec", "output and exit status come through");
    });
    report.attempt(name + " streams", [&] {
      const std::string seen = block_on(engine, run_command(*sandbox, "printf two >&2"));
      expect(seen == "err:twoexit:0", "`printf two >&2` brought: " + seen);
      report.ok(name + " streams", "standard error is told apart");
    });
    report.attempt(name + " files", [&] {
      const std::string back = block_on(engine, there_and_back(*sandbox, path, all_bytes()));
      expect(back == all_bytes(), "what was written is not what is read");
      report.ok(name + " files", "bytes stay as they are");
    });
    report.attempt(name + " errors", [&] {
      const Code code = block_on(engine, error_of_missing(*sandbox, path + "-missing"));
      expect(code == Code::kNotFound,
             fmt::format("a missing file is {}, not NOT_FOUND", code_name(code)));
      report.ok(name + " errors", "a missing file is NOT_FOUND");
    });
    report.attempt(name + " list", [&] {
      SandboxFilter filter;
      filter.labels = spec.labels;
      const SandboxPage page = block_on(engine, backend.list(filter));
      const bool listed =
          std::any_of(page.sandboxes.begin(), page.sandboxes.end(),
                      [&](const SandboxInfo& info) { return info.id == sandbox->id(); });
      expect(listed || !page.next_page.empty(), "the sandbox is not listed by its label");
      report.ok(name + " list", "found by its label");
    });
    report.attempt(name + " dispose", [&] {
      block_on(engine, sandbox->dispose());
      report.ok(name + " dispose", "gone");
    });
  }
}

}  // namespace sandport
