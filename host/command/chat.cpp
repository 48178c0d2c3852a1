// `sandport chat MANIFEST`: turn after turn, with a person.
#include <CLI/CLI.hpp>
#include <iostream>

#include "core/error.hpp"
#include "core/session/home.hpp"
#include "host/assembly/agent_session.hpp"
#include "host/command/foreground.hpp"
#include "host/command/run_options.hpp"
#include "host/command/template_use.hpp"
#include "host/ui/line_editor.hpp"
#include "host/ui/stream_json_view.hpp"
#include "host/ui/terminal_approver.hpp"

namespace sandport {
namespace {

constexpr const char* kHelp =
    "/help      this text\n"
    "/continue  go on with a turn that was interrupted\n"
    "/session   the id of this session\n"
    "/quit      the end, as Ctrl-D\n"
    "Ctrl-C cancels the turn that runs.\n";

// False at the end of the conversation.
enum class Next { kRead, kQuit };

class Chat {
 public:
  Chat(AgentSession& session, Interrupts& interrupts, const RunOptions& options)
      : session_(session), interrupts_(interrupts), options_(options) {}

  ExitCode converse(LineEditor& editor) {
    for (;;) {
      interrupts_.on_interrupt([input = editor.input()] { input->stop(); });
      const std::optional<std::string> line =
          editor.read(options_.format == OutputFormat::kText ? "> " : "");
      if (!interrupts_.hold()) return ExitCode::kInterrupted;
      if (!line || take(*line) == Next::kQuit) return ExitCode::kDone;
    }
  }

 private:
  Next take(const std::string& line) {
    if (line.find_first_not_of(" \t") == std::string::npos) return Next::kRead;
    if (line == "/quit" || line == "/exit") return Next::kQuit;
    if (line == "/help") {
      std::cerr << kHelp;
    } else if (line == "/session") {
      std::cout << session_.id() << std::endl;
    } else if (line == "/continue") {
      turn(std::nullopt);
    } else if (line.front() == '/' && line.find(' ') == std::string::npos &&
               line.find('/', 1) == std::string::npos) {
      std::cerr << "no such command: " << line << "; /help lists them\n";
    } else {
      turn(line);
    }
    return Next::kRead;
  }

  void turn(std::optional<std::string> message) {
    try {
      static_cast<void>(
          run_in_foreground(session_.strand(), interrupts_, session_.run_turn(std::move(message))));
      std::cout.flush();
    } catch (const Error& error) {
      tell(error.what());
    }
  }

  AgentSession& session_;
  Interrupts& interrupts_;
  const RunOptions& options_;
};

ExitCode chat(const RunOptions& arguments) {
  Runtime runtime(runtime_options(arguments));
  PreparedManifest prepared =
      prepare_manifest(arguments.manifest.path, arguments.manifest.sets, runtime.plugins());
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

  std::unique_ptr<AgentListener> view;
  if (arguments.format == OutputFormat::kText) {
    view = std::make_unique<TextView>(arguments.detail);
    std::cerr << agent.manifest().name << ", session " << session->id() << "; /help for help\n";
  } else {
    view = std::make_unique<StreamJsonView>(session->id());
  }
  session->set_listener(view.get());

  ExitCode code = ExitCode::kDone;
  {
    LineEditor editor(home_directory() / "chat_history");
    code = Chat(*session, interrupts, arguments).converse(editor);
  }
  const std::string sandbox = session->sandbox().id();
  try {
    run_in_foreground(strand, interrupts, session->finish());
  } catch (const Error& error) {
    tell("the sandbox " + sandbox + " was left as it is: " + error.what());
    return after_failed_cleanup(code, error);
  }
  return code;
}

}  // namespace

void add_chat(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* command = root.add_subcommand("chat", "Talk with an agent, turn after turn");
  auto arguments = std::make_shared<RunOptions>();
  add_manifest_arguments(*command, arguments->manifest);
  add_run_options(*command, *arguments);
  add_output_option(*command, arguments->format);
  command->footer(
      "Examples:\n"
      "  sandport chat manifests/local.yaml\n"
      "  sandport chat agent.yaml --session last");
  command->callback([&chosen, arguments] { chosen.action = [=] { return chat(*arguments); }; });
}

}  // namespace sandport
