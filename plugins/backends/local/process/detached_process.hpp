// A process that goes on without us: just started, or found again.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <sandport/process.hpp>

#include "process/control.hpp"
#include "process/input.hpp"
#include "process/journal_reader.hpp"
#include "process/process_directory.hpp"
#include "process/shared.hpp"

namespace sandport_local {

// Its output is read from the journals that its supervisor writes.
class DetachedProcess final : public sandport::Process {
 public:
  // Starts a new one.
  DetachedProcess(ProcessShared& shared, Command command);
  // Finds one by tag, or by pid when the tag is empty.
  DetachedProcess(ProcessShared& shared, sandport::AttachRequest request);

  sandport::Task<sandport::ExitStatus> run(sandport::ProcessOutput& output) override;
  [[nodiscard]] std::int64_t pid() const noexcept override { return pid_.load(); }
  sandport::Task<void> write_stdin(std::string_view bytes) override;
  sandport::Task<void> close_stdin() override;
  sandport::Task<void> signal(int number) override;
  sandport::Task<void> resize(sandport::TerminalSize size) override;

 private:
  void start();
  void find();
  void refuse_used_tag() const;
  [[nodiscard]] sandport::Task<void> await_start();
  [[nodiscard]] sandport::Task<sandport::ExitStatus> follow(sandport::ProcessOutput& output);
  [[nodiscard]] sandport::Task<void> send_new_output(sandport::ProcessOutput& output);
  [[nodiscard]] sandport::Task<bool> send_piece(sandport::ProcessOutput& output,
                                                JournalReader& journal, std::uint64_t end,
                                                std::uint32_t channel);
  void take_end(const std::optional<Message>& message);
  void kill_from_here();

  ProcessShared& shared_;
  std::optional<Command> command_;
  sandport::AttachRequest request_;
  bool kill_on_cancel_ = false;
  bool terminal_ = false;
  std::string argv0_;
  std::string cwd_;
  std::filesystem::path directory_;
  std::atomic<std::int64_t> pid_{0};
  std::optional<Control> control_;
  Input input_;
  std::optional<JournalReader> output_;
  std::optional<JournalReader> error_;
  std::uint64_t output_end_ = 0;
  std::uint64_t error_end_ = 0;
  std::optional<sandport::ExitStatus> exit_;
};

}  // namespace sandport_local
