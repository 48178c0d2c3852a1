// A process whose output comes over a stream of envd: started by us, or found by its pid.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <sandport/exec.hpp>
#include <string>
#include <vector>

#include "process/e2b_process.hpp"
#include "process/start_request.hpp"

namespace sandport_e2b {

class LiveProcess final : public E2bProcess {
 public:
  // Starts a command, on a terminal when there is a size.
  LiveProcess(ProcessShared& shared, sandport::ExecRequest request,
              std::optional<sandport::TerminalSize> terminal);
  // Connects to one that runs. Everything before is lost, and said to be.
  LiveProcess(ProcessShared& shared, std::int64_t pid);

  sandport::Task<sandport::ExitStatus> run(sandport::ProcessOutput& output) override;

 private:
  [[nodiscard]] sandport::Task<sandport::ExitStatus> start_and_watch(
      sandport::ProcessOutput& output);
  [[nodiscard]] sandport::Task<ConnectStream> start();
  [[nodiscard]] sandport::Task<ConnectStream> connect();
  // Who a process is that somebody else started: its key stands among its arguments.
  [[nodiscard]] sandport::Task<void> identify();
  // The first message must be the pid.
  [[nodiscard]] sandport::Task<void> take_pid(ConnectStream& stream);

  // Brings output until the process has ended, over as many streams as that takes.
  [[nodiscard]] sandport::Task<void> read_all(sandport::ProcessOutput& output,
                                              ConnectStream stream);
  [[nodiscard]] sandport::Task<void> read_stream(sandport::ProcessOutput& output,
                                                 ConnectStream& stream);
  [[nodiscard]] sandport::Task<std::optional<ConnectStream>> reconnect();
  [[nodiscard]] sandport::Task<void> take_event(sandport::ProcessOutput& output,
                                                const std::string& text);
  [[nodiscard]] sandport::Task<void> take_notes(sandport::ProcessOutput& output,
                                                std::vector<std::string> notes);
  [[nodiscard]] sandport::Task<void> announce(sandport::ProcessOutput& output);
  [[nodiscard]] sandport::Task<void> flush(sandport::ProcessOutput& output);
  // Enforces the timeout, extends the sandbox's life, and does not wait forever for output that a
  // background child holds open.
  [[nodiscard]] sandport::Task<void> watch_over();
  [[nodiscard]] std::chrono::nanoseconds next_look() const;
  [[nodiscard]] std::chrono::nanoseconds time_left() const;
  void set_stream(ConnectStream* stream);
  void abandon_stream();

  enum class News { kCommandEnded, kStreamEnded };

  sandport::ExecRequest request_;
  const std::optional<sandport::TerminalSize> terminal_;
  const bool found_;  // by pid
  std::string program_;
  NoteScanner scanner_;                // of stderr, or of the terminal
  std::chrono::nanoseconds begun_{0};  // when we asked for it
  // From when on its timeout counts: set again when the sandbox says that it runs.
  std::atomic<std::int64_t> running_since_{0};
  bool announced_ = false;
  bool missing_ = false;  // there is no such program
  std::optional<sandport::ExitStatus> exit_;
  bool timed_out_ = false;
  bool command_ended_ = false;  // watch_over's
  sandport::Mailbox<News> news_;

  // Guards stream_. Recursive: cancelling a stream may run its reader at once.
  std::recursive_mutex mutex_;
  ConnectStream* stream_ = nullptr;
  std::atomic<bool> abandoned_{false};
};

}  // namespace sandport_e2b
