// A process that envd started, and who listens to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sandbox/process.hpp"
#include "tests/emulators/e2b/core/inbox.hpp"

namespace sandport::e2b_emulator {

enum class ProcessInput { kNone, kPipe, kTerminal };

struct ProcessSettings {
  std::optional<std::string> tag;
  std::string config;  // JSON, as List tells it
  ProcessInput input = ProcessInput::kNone;
};

// Kept by the table and by its pump. Output goes to whoever subscribes at that moment, and nowhere
// when nobody does; a subscriber that does not read holds the process back.
class RunningProcess : public std::enable_shared_from_this<RunningProcess> {
 public:
  RunningProcess(const boost::asio::any_io_executor& executor, std::unique_ptr<Process> process,
                 ProcessSettings settings);

  [[nodiscard]] std::uint32_t pid() const { return pid_; }
  [[nodiscard]] const ProcessSettings& settings() const { return settings_; }
  [[nodiscard]] Process& process() { return *process_; }
  [[nodiscard]] bool ended() const { return ended_at_.has_value(); }
  [[nodiscard]] std::chrono::steady_clock::time_point ended_at() const { return *ended_at_; }
  [[nodiscard]] const std::string& end_message() const { return end_message_; }
  [[nodiscard]] std::string start_message() const;

  void subscribe(const std::shared_ptr<Inbox>& inbox);
  // Reads the output to its end. Once, on the server's thread.
  void start_pump();
  // SIGTERM or SIGKILL to the leader alone. What it leaves behind does not delay the end then.
  void signal_leader(int number);
  [[nodiscard]] Task<void> write_input(std::string bytes);
  [[nodiscard]] Task<void> close_input();

 private:
  static Task<void> pump(std::shared_ptr<RunningProcess> self);
  static Task<void> follow_leader(std::shared_ptr<RunningProcess> self, int number);
  [[nodiscard]] Task<void> deliver(OutputChunk chunk);
  void end_with(const ExitStatus& status);
  [[nodiscard]] std::vector<std::shared_ptr<Inbox>> listeners();

  boost::asio::any_io_executor executor_;
  std::unique_ptr<Process> process_;
  std::uint32_t pid_;
  ProcessSettings settings_;
  std::vector<std::weak_ptr<Inbox>> subscribers_;
  bool leader_followed_ = false;
  std::string end_message_;
  std::optional<std::chrono::steady_clock::time_point> ended_at_;
};

}  // namespace sandport::e2b_emulator
