#include "tests/emulators/e2b/envd/process_event.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "host/engine/base64.hpp"

namespace sandport::e2b_emulator {
namespace {

// As Go's runtime names them.
std::string signal_name(int number) {
  struct Name {
    int number;
    const char* name;
  };
  static constexpr std::array kNames{Name{1, "hangup"},
                                     Name{2, "interrupt"},
                                     Name{3, "quit"},
                                     Name{4, "illegal instruction"},
                                     Name{6, "aborted"},
                                     Name{7, "bus error"},
                                     Name{8, "floating point exception"},
                                     Name{9, "killed"},
                                     Name{10, "user defined signal 1"},
                                     Name{11, "segmentation fault"},
                                     Name{12, "user defined signal 2"},
                                     Name{13, "broken pipe"},
                                     Name{14, "alarm clock"},
                                     Name{15, "terminated"}};
  for (const Name& known : kNames) {
    if (known.number == number) return known.name;
  }
  return "signal " + std::to_string(number);
}

}  // namespace

std::string start_event(std::uint32_t pid) {
  return R"({"event":{"start":{"pid":)" + std::to_string(pid) + "}}}";
}

// By hand: this is where every byte of output passes.
std::string data_event(OutputChannel channel, std::string_view bytes) {
  const char* name = channel == OutputChannel::kStderr ? "stderr"
                     : channel == OutputChannel::kPty  ? "pty"
                                                       : "stdout";
  return std::string(R"({"event":{"data":{")") + name + R"(":")" + base64_encode(bytes) + R"("}}})";
}

std::string end_event(const ExitStatus& status) {
  nlohmann::json end;
  if (status.reason == ExitReason::kExited) {
    end["exited"] = true;
    end["status"] = "exit status " + std::to_string(status.exit_code);
    if (status.exit_code != 0) end["exitCode"] = status.exit_code;
  } else {
    end["exitCode"] = -1;
    end["status"] = "signal: " + signal_name(status.signal);
  }
  if (end.contains("exitCode")) end["error"] = end["status"];
  nlohmann::json message;
  message["event"]["end"] = std::move(end);
  return message.dump();
}

std::string keepalive_event() { return R"({"event":{"keepalive":{}}})"; }

}  // namespace sandport::e2b_emulator
