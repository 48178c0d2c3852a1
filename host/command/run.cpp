// `sandport run MANIFEST [PROMPT]`: one turn, then the end.
#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/agent/stream_json.hpp"
#include "core/error.hpp"
#include "host/assembly/agent_session.hpp"
#include "host/command/foreground.hpp"
#include "host/command/run_options.hpp"
#include "host/command/template_use.hpp"
#include "host/ui/stream_json_view.hpp"
#include "host/ui/terminal_approver.hpp"

namespace sandport {
namespace {

struct RunArguments : RunOptions {
  std::string prompt;
};

std::optional<std::string> first_message(const RunArguments& arguments,
                                         const manifest::Manifest& manifest) {
  if (arguments.prompt == "-") {
    std::string text(std::istreambuf_iterator<char>(std::cin), {});
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
      throw Error(Code::kInvalidArgument, "the prompt from standard input is empty");
    }
    return text;
  }
  if (!arguments.prompt.empty()) return arguments.prompt;
  // A stored session without a new message goes on where it stopped.
  if (!arguments.session.empty()) return std::nullopt;
  if (!manifest.prompt.empty()) return manifest.prompt;
  throw Error(Code::kInvalidArgument,
              "nothing to do: give a prompt after the manifest, or `prompt:` in it");
}

std::unique_ptr<AgentListener> make_view(const RunArguments& arguments,
                                         const std::string& session_id) {
  if (arguments.format == OutputFormat::kStreamJson) {
    return std::make_unique<StreamJsonView>(session_id);
  }
  if (arguments.format == OutputFormat::kText) {
    return std::make_unique<TextView>(arguments.detail);
  }
  return nullptr;
}

void print_json(const AgentSession& session, const TurnResult& result) {
  const nlohmann::ordered_json json{{"schema_version", kStreamJsonVersion},
                                    {"session_id", session.id()},
                                    {"reason", turn_end_name(result.end)},
                                    {"text", result.text},
                                    {"message", result.message},
                                    {"steps", result.steps},
                                    {"usage",
                                     {{"input_tokens", result.usage.input_tokens},
                                      {"output_tokens", result.usage.output_tokens},
                                      {"cached_input_tokens", result.usage.cached_input_tokens},
                                      {"reasoning_tokens", result.usage.reasoning_tokens}}}};
  std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

// However the turn ended, the sandbox is not forgotten; a failure to end it must be seen.
ExitCode finish(AgentSession& session, Interrupts& interrupts, ExitCode code) {
  const std::string sandbox = session.sandbox().id();
  try {
    run_in_foreground(session.strand(), interrupts, session.finish());
  } catch (const Error& error) {
    tell("the sandbox " + sandbox + " was left as it is: " + error.what());
    return after_failed_cleanup(code, error);
  }
  return code;
}

ExitCode run(const RunArguments& arguments) {
  Runtime runtime(runtime_options(arguments));
  PreparedManifest prepared =
      prepare_manifest(arguments.manifest.path, arguments.manifest.sets, runtime.plugins());
  std::optional<std::string> message = first_message(arguments, prepared.manifest);
  Interrupts interrupts(runtime.engine());
  use_template_file(runtime, interrupts, prepared);
  Agent agent(runtime, std::move(prepared));

  SessionOptions options;
  options.resume = session_to_resume(runtime, arguments);
  options.notice = tell;
  const auto approver = TerminalApprover::open(runtime.engine());
  options.approver = approver.get();
  const Strand strand = runtime.engine().make_strand();
  const auto session =
      run_in_foreground(strand, interrupts, AgentSession::open(agent, std::move(options), strand),
                        LateInterrupt::kKeep);

  const auto view = make_view(arguments, session->id());
  session->set_listener(view.get());
  ExitCode code = ExitCode::kFailed;
  try {
    const TurnResult result =
        run_in_foreground(strand, interrupts, session->run_turn(std::move(message)));
    if (arguments.format == OutputFormat::kJson) print_json(*session, result);
    if (arguments.format == OutputFormat::kText && arguments.detail != Detail::kQuiet) {
      std::cerr << "session " << session->id() << std::endl;
    }
    code = exit_code_for(result);
  } catch (const Error& error) {
    tell(error.what());
    code = exit_code_for(error);
  }
  return finish(*session, interrupts, code);
}

}  // namespace

void add_run(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* command = root.add_subcommand("run", "Run an agent for one prompt");
  auto arguments = std::make_shared<RunArguments>();
  add_manifest_arguments(*command, arguments->manifest);
  command->add_option("PROMPT", arguments->prompt,
                      "What to do; `-` reads it from standard input; default: the manifest's");
  add_run_options(*command, *arguments);
  add_output_option(*command, arguments->format);
  command->footer(
      "Examples:\n"
      "  sandport run manifests/quickstart.yaml\n"
      "  sandport run agent.yaml \"Why does the build fail?\"\n"
      "  git diff | sandport run review.yaml - --output json\n"
      "  sandport run agent.yaml --session last \"And now the tests\"\n"
      "\n"
      "Exit status: 0 done, 1 failed, 2 wrong usage or manifest, 3 stopped by a limit or a "
      "policy,\n"
      "75 try again later, 130 interrupted.");
  command->callback([&chosen, arguments] { chosen.action = [=] { return run(*arguments); }; });
}

}  // namespace sandport
