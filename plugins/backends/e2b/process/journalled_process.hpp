// A process that goes on when we are gone: its output and exit are kept by a shell beside it.
#pragma once

#include <cstdint>
#include <sandport/exec.hpp>
#include <sandport/mailbox.hpp>
#include <string>
#include <vector>

#include "process/e2b_process.hpp"

namespace sandport_e2b {

// The directory of a tag's journal, below the sandbox's own directory for them.
[[nodiscard]] std::string journal_name(const std::string& tag);

class JournalledProcess final : public E2bProcess {
 public:
  JournalledProcess(ProcessShared& shared, sandport::ExecRequest request);
  // One that was started before. run() throws SP_NOT_FOUND with kNoJournal when there is none.
  JournalledProcess(ProcessShared& shared, sandport::AttachRequest request);

  sandport::Task<sandport::ExitStatus> run(sandport::ProcessOutput& output) override;

  static constexpr std::string_view kNoJournal = "NO_JOURNAL";

 private:
  [[nodiscard]] sandport::Task<void> launch();
  [[nodiscard]] sandport::Task<void> read_launch(ConnectStream& stream);
  void take_launch_note(const std::string& note);

  [[nodiscard]] sandport::Task<void> follow(sandport::ProcessOutput& output);
  [[nodiscard]] sandport::Task<void> follow_once(sandport::ProcessOutput& output);
  [[nodiscard]] sandport::Task<void> take_notes(sandport::ProcessOutput& output,
                                                std::vector<std::string> notes);
  [[nodiscard]] sandport::Task<void> keep_alive();
  [[nodiscard]] sandport::Task<void> end_follower() const;

  enum class Origin { kStarted, kFound };

  const Origin origin_;
  sandport::ExecRequest request_;
  std::string selector_;  // "name" or "pid"
  std::string which_;
  std::uint64_t out_offset_ = 0;
  std::uint64_t err_offset_ = 0;
  bool announced_ = false;
  bool launched_ = false;
  bool ended_well_ = false;  // exit_ is known
  sandport::ExitStatus exit_;
  std::string follower_key_;
  sandport::Mailbox<int> finished_;
};

}  // namespace sandport_e2b
