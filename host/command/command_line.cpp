#include "host/command/command_line.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <cstring>
#include <iostream>

#include "core/error.hpp"
#include "host/assembly/prepare.hpp"
#include "host/command/command.hpp"
#include "host/version.hpp"

namespace sandport {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  sandport run manifests/quickstart.yaml\n"
    "  sandport run agent.yaml \"Fix the failing test\" --output stream-json\n"
    "  sandport exec agent.yaml -- python3 --version\n"
    "  sandport validate agent.yaml --set agent.max_steps=20\n"
    "  sandport session list";

int fail(std::string_view message, ExitCode code) {
  std::cerr << "sandport: " << message << '\n';
  return static_cast<int>(code);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  // A reader that went away is an error of the write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  // A standard stream that was closed would else be the number of the next file we open.
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) < 0) open("/dev/null", O_RDONLY);
  }
  // Before anything is built: this is asked often, by scripts.
  if (argc == 2 && std::strcmp(argv[1], "--version") == 0) {
    std::cout << "sandport " << version() << '\n';
    return 0;
  }

  CLI::App root("Runs agents from a manifest, in any sandbox.", "sandport");
  root.set_version_flag("--version", "sandport " + std::string(version()));
  root.footer(kExamples);
  root.require_subcommand(1);
  root.get_formatter()->column_width(34);

  ChosenCommand chosen;
  for (const auto add :
       {add_run, add_chat, add_batch, add_exec, add_validate, add_config, add_schema, add_plugin,
        add_session, add_sandbox, add_template, add_doctor, add_completion}) {
    add(root, chosen);
  }

  try {
    root.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return root.exit(help);
  } catch (const CLI::ParseError& error) {
    const auto rest = root.remaining();
    std::string message = error.what();
    if (root.get_subcommands().empty() && !rest.empty()) message = "no command " + rest.front();
    message += "; see `sandport --help`";
    return fail(message, ExitCode::kUsage);
  }

  try {
    const ExitCode code = chosen.action();
    if (!std::cout.flush()) return fail("standard output was closed", ExitCode::kFailed);
    return static_cast<int>(code);
  } catch (const ManifestProblems& problems) {
    std::cerr << problems.what();
    return static_cast<int>(ExitCode::kUsage);
  } catch (const Error& error) {
    return fail(error.what(), exit_code_for(error));
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) {
      return fail("interrupted", ExitCode::kInterrupted);
    }
    return fail(error.what(), ExitCode::kFailed);
  } catch (const std::exception& error) {
    return fail(error.what(), ExitCode::kFailed);
  }
}

}  // namespace sandport
