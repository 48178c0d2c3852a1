// `sandport exec MANIFEST -- COMMAND`: one command in the agent's sandbox, no model.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <iostream>

#include "core/error.hpp"
#include "host/assembly/prepare.hpp"
#include "host/assembly/sandbox_access.hpp"
#include "host/command/foreground.hpp"
#include "host/command/input_feed.hpp"
#include "host/command/run_options.hpp"
#include "host/command/template_use.hpp"

namespace sandport {
namespace {

struct ExecArguments {
  ManifestArguments manifest;
  std::vector<std::string> argv;
  std::string cwd;
};

void write_whole(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw Error(Code::kUnavailable, "cannot write the command's output");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

Task<std::shared_ptr<Process>> start_command(Sandbox& sandbox, ExecRequest request) {
  std::unique_ptr<Process> process = co_await sandbox.exec(std::move(request));
  co_return std::shared_ptr<Process>(std::move(process));
}

Task<ExitStatus> follow(std::shared_ptr<Process> process) {
  for (;;) {
    const std::optional<OutputChunk> chunk = co_await process->next_output();
    if (!chunk) break;
    if (chunk->channel == OutputChannel::kGap) {
      tell("output may be missing here: " + chunk->bytes);
      continue;
    }
    write_whole(chunk->channel == OutputChannel::kStderr ? STDERR_FILENO : STDOUT_FILENO,
                chunk->bytes);
  }
  co_return co_await process->wait();
}

// The command's own status, as a shell would pass it on, and a shell's for one that cannot be run.
ExitCode run_command(Sandbox& sandbox, const Strand& strand, Interrupts& interrupts,
                     ExecRequest request) {
  constexpr auto kNoSuchCommand = static_cast<ExitCode>(127);
  constexpr auto kNotExecutable = static_cast<ExitCode>(126);
  std::shared_ptr<Process> process;
  try {
    process = run_in_foreground(strand, interrupts, start_command(sandbox, std::move(request)),
                                LateInterrupt::kKeep);
  } catch (const Error& error) {
    if (error.code() != Code::kNotFound && error.code() != Code::kPermissionDenied) throw;
    tell(error.what());
    return error.code() == Code::kNotFound ? kNoSuchCommand : kNotExecutable;
  }
  const InputFeed feed(strand, process);
  const ExitStatus status = run_in_foreground(strand, interrupts, follow(process));
  return static_cast<ExitCode>(status.exit_code);
}

// Opens, runs, and ends what it made, also when it is interrupted in between.
ExitCode exec(const ExecArguments& arguments) {
  Runtime runtime(runtime_options());
  Interrupts interrupts(runtime.engine());
  PreparedManifest prepared =
      prepare_manifest(arguments.manifest.path, arguments.manifest.sets, runtime.plugins());
  use_template_file(runtime, interrupts, prepared);
  const manifest::Manifest& manifest = prepared.manifest;
  const std::unique_ptr<Backend> backend =
      runtime.make_backend(prepared.backend, manifest.sandbox.plugin);
  const Strand strand = runtime.engine().make_strand();
  OpenedSandbox opened = run_in_foreground(
      strand, interrupts, open_sandbox(runtime, *backend, prepared.manifest), LateInterrupt::kKeep);

  ExecRequest request;
  request.argv = arguments.argv;
  request.cwd = arguments.cwd;
  request.stdin_mode = StdinMode::kPipe;
  ExitCode code = ExitCode::kFailed;
  try {
    code = run_command(*opened.sandbox, strand, interrupts, std::move(request));
  } catch (const Error& error) {
    tell(error.what());
    code = exit_code_for(error);
  }
  if (opened.origin == SandboxOrigin::kCreated) {
    const std::string sandbox = opened.sandbox->id();
    try {
      run_in_foreground(strand, interrupts, opened.sandbox->dispose());
    } catch (const Error& error) {
      tell("the sandbox " + sandbox + " was left as it is: " + error.what());
      code = after_failed_cleanup(code, error);
    }
  }
  return code;
}

}  // namespace

void add_exec(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* command =
      root.add_subcommand("exec", "Run one command in a manifest's sandbox, without a model");
  auto arguments = std::make_shared<ExecArguments>();
  add_manifest_arguments(*command, arguments->manifest);
  command->add_option("--cwd", arguments->cwd, "Where in the sandbox; default: its work directory");
  command->add_option("COMMAND", arguments->argv, "The command and its arguments, after --")
      ->required();
  command->footer(
      "Examples:\n"
      "  sandport exec manifests/local.yaml -- uname -a\n"
      "  E2B_SANDBOX_ID=i1234 sandport exec manifests/e2b.yaml -- tail -f app.log\n"
      "\n"
      "The exit status is the command's.");
  command->callback([&chosen, arguments] { chosen.action = [=] { return exec(*arguments); }; });
}

}  // namespace sandport
