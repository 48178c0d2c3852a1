#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/envd/base64_decode.hpp"
#include "tests/emulators/e2b/envd/envelope.hpp"
#include "tests/emulators/e2b/envd/process_lookup.hpp"
#include "tests/emulators/e2b/envd/routes.hpp"
#include "tests/emulators/e2b/envd/rpc.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

std::string bytes_of(const json& input, const char* name) {
  auto bytes = base64_decode(string_member(input, name));
  if (!bytes) throw ConnectFailure(Code::kInvalidArgument, "unmarshal message: invalid base64");
  return std::move(*bytes);
}

Task<void> give_input(std::shared_ptr<RunningProcess> process, const json& input) {
  const bool terminal = process->settings().input == ProcessInput::kTerminal;
  std::string problem;
  if (input.contains("pty")) {
    if (!terminal) {
      throw ConnectFailure(Code::kInternal, "error writing to tty: tty not assigned to process");
    }
  } else if (!input.contains("stdin")) {
    throw ConnectFailure(Code::kUnimplemented, "invalid input type");
  } else if (terminal) {
    throw ConnectFailure(Code::kInternal, "error writing to stdin: tty assigned to process");
  } else if (process->settings().input == ProcessInput::kNone) {
    throw ConnectFailure(Code::kInternal, "error writing to stdin: stdin not enabled or closed");
  }
  std::string bytes = bytes_of(input, terminal ? "pty" : "stdin");
  try {
    co_await process->write_input(std::move(bytes));
  } catch (const Error& error) {
    problem = error.what();
  }
  if (!problem.empty()) {
    throw ConnectFailure(Code::kInternal, "error writing to stdin of process: " + problem);
  }
}

Task<json> send_input(Call& call, const json& request) {
  const auto process = find_selected(*call.sandbox, request, Ended::kNot);
  const json input = object_member(request, "input");
  co_await give_input(process, input);
  co_return json::object();
}

Task<json> close_stdin(Call& call, const json& request) {
  if (!call.world.at_least("0.5.2")) throw HttpFailure(404, "404 page not found");
  const auto process = find_selected(*call.sandbox, request, Ended::kNot);
  if (process->settings().input == ProcessInput::kTerminal) {
    throw ConnectFailure(Code::kUnknown,
                         "error closing stdin: cannot close stdin for PTY process; send 0x04");
  }
  if (process->settings().input == ProcessInput::kPipe) co_await process->close_input();
  co_return json::object();
}

// The one client stream. Its answer is a frame and an end frame.
Task<void> stream_input(Call& call) {
  if (!call.header("Content-Type").starts_with("application/connect+json")) {
    throw HttpFailure(415, "unsupported media type");
  }
  EnvelopeReader reader;
  std::shared_ptr<RunningProcess> process;
  std::exception_ptr failure;
  try {
    for (;;) {
      const std::string bytes = co_await call.exchange.read_some();
      if (bytes.empty()) break;
      reader.feed(bytes);
      while (const auto envelope = reader.next()) {
        const json message = json::parse(envelope->payload, nullptr, false);
        if (message.contains("start")) {
          process = find_selected(*call.sandbox, message["start"], Ended::kNot);
        } else if (message.contains("data") && process) {
          const json input = object_member(message["data"], "input");
          co_await give_input(process, input);
        }
      }
    }
  } catch (const ConnectFailure&) {
    failure = std::current_exception();
  }
  EventStream stream(call);
  co_await stream.begin();
  if (!failure) {
    co_await stream.send("{}");
    co_await stream.end();
    co_return;
  }
  std::optional<ConnectFailure> told;
  try {
    std::rethrow_exception(failure);
  } catch (const ConnectFailure& error) {
    told = error;
  }
  co_await stream.end(&*told);
}

}  // namespace

void add_process_input_routes(Routes& routes) {
  add_unary(routes, "/process.Process/SendInput", send_input);
  add_unary(routes, "/process.Process/CloseStdin", close_stdin);
  routes.add("POST", "/process.Process/StreamInput", stream_input);
}

}  // namespace sandport::e2b_emulator
