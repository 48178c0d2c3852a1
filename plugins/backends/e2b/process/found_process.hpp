// A process that is known by its pid alone: a background command, or one that merely runs.
#pragma once

#include <memory>
#include <mutex>

#include "process/journalled_process.hpp"
#include "process/live_process.hpp"

namespace sandport_e2b {

class FoundProcess final : public sandport::Process {
 public:
  FoundProcess(ProcessShared& shared, sandport::AttachRequest request)
      : shared_(shared),
        pid_(request.pid),
        actual_(std::make_shared<JournalledProcess>(shared, std::move(request))) {}

  sandport::Task<sandport::ExitStatus> run(sandport::ProcessOutput& output) override {
    const auto journalled = actual();
    std::optional<sandport::Error> failure;
    try {
      const auto exit = co_await journalled->run(output);
      co_return exit;
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const sandport::Error& error) {
      if (error.reason() != JournalledProcess::kNoJournal) throw;
      failure.emplace(error);
    }
    const auto live = std::make_shared<LiveProcess>(shared_, pid_);
    {
      const std::lock_guard lock(mutex_);
      actual_ = live;
    }
    const auto exit = co_await live->run(output);
    co_return exit;
  }

  [[nodiscard]] std::int64_t pid() const noexcept override { return pid_; }
  // Each keeps the one it works on.
  sandport::Task<void> write_stdin(std::string_view bytes) override {
    const auto process = actual();
    co_await process->write_stdin(bytes);
  }
  sandport::Task<void> close_stdin() override {
    const auto process = actual();
    co_await process->close_stdin();
  }
  sandport::Task<void> signal(int number) override {
    const auto process = actual();
    co_await process->signal(number);
  }
  sandport::Task<void> resize(sandport::TerminalSize size) override {
    const auto process = actual();
    co_await process->resize(size);
  }

 private:
  [[nodiscard]] std::shared_ptr<E2bProcess> actual() const {
    const std::lock_guard lock(mutex_);
    return actual_;
  }

  ProcessShared& shared_;
  const std::int64_t pid_;
  mutable std::mutex mutex_;  // guards actual_
  std::shared_ptr<E2bProcess> actual_;
};

}  // namespace sandport_e2b
