// What all processes have: input, signals, and a stream of events that is watched over.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <sandport/mailbox.hpp>
#include <sandport/process.hpp>
#include <string>

#include "connect/envd.hpp"
#include "life.hpp"
#include "process/gate.hpp"
#include "process/note_scanner.hpp"

namespace sandport_e2b {

enum class Input { kNone, kPipe, kTerminal };

// What processes of one sandbox share; outlives them.
struct ProcessShared {
  const Envd& envd;
  Life& life;
  std::string journals;  // directory of the detached ones
};

class E2bProcess : public sandport::Process {
 public:
  [[nodiscard]] std::int64_t pid() const noexcept override { return shown_pid_.load(); }
  sandport::Task<void> write_stdin(std::string_view bytes) override;
  sandport::Task<void> close_stdin() override;
  sandport::Task<void> signal(int number) override;
  sandport::Task<void> resize(sandport::TerminalSize size) override;

 protected:
  // Which part of a tree a signal is for: envd's process is our shell, or the command itself.
  enum class Root { kSelf, kBelow };

  E2bProcess(ProcessShared& shared, Input input, std::string user)
      : shared_(shared), input_(input), user_(std::move(user)) {}

  // To the whole tree, now.
  [[nodiscard]] sandport::Task<void> send_signal(int number) const;
  // The same, deaf to cancel, and failures are only logged.
  [[nodiscard]] sandport::Task<void> kill_tree() const;

  [[nodiscard]] const Envd& envd() const noexcept { return shared_.envd; }

  ProcessShared& shared_;
  const Input input_;
  const std::string user_;
  // Set before the gate opens.
  std::string key_;
  Root root_ = Root::kBelow;
  std::atomic<std::int64_t> root_pid_{0};   // of the tree that signals are for
  std::atomic<std::int64_t> input_pid_{0};  // envd's process, which input is for
  std::atomic<std::int64_t> shown_pid_{0};
  std::atomic<bool> ended_{false};
  Gate started_;

 private:
  [[nodiscard]] sandport::Task<void> send_input(std::string_view bytes);
  std::atomic<bool> input_closed_{false};
};

}  // namespace sandport_e2b
