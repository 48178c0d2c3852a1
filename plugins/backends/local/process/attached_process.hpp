// A process that lives no longer than we watch over it.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <sandport/process.hpp>

#include "process/control.hpp"
#include "process/input.hpp"
#include "process/shared.hpp"

namespace sandport_local {

// Its pipes are read here, on the I/O thread, only as fast as the receiver takes the output.
class AttachedProcess final : public sandport::Process {
 public:
  AttachedProcess(ProcessShared& shared, Command command);

  sandport::Task<sandport::ExitStatus> run(sandport::ProcessOutput& output) override;
  [[nodiscard]] std::int64_t pid() const noexcept override { return pid_.load(); }
  sandport::Task<void> write_stdin(std::string_view bytes) override;
  sandport::Task<void> close_stdin() override;
  sandport::Task<void> signal(int number) override;
  sandport::Task<void> resize(sandport::TerminalSize size) override;

 private:
  // What the handlers of the grace timer share with us.
  struct Streams {
    std::shared_ptr<Descriptor> output;
    std::shared_ptr<Descriptor> error;
    bool last_look = false;  // take what is there and end
  };

  [[nodiscard]] sandport::Task<void> start(sandport::ProcessOutput& output);
  [[nodiscard]] sandport::Task<void> follow(sandport::ProcessOutput& output);
  [[nodiscard]] sandport::Task<void> pump(std::shared_ptr<Descriptor> stream, std::uint32_t channel,
                                          sandport::Emitter& emitter);
  [[nodiscard]] sandport::Task<void> await_exit();
  [[nodiscard]] sandport::Task<void> await_death();
  void begin_grace();
  void finish();

  ProcessShared& shared_;
  Command command_;
  bool terminal_;
  std::string argv0_;
  std::string cwd_;
  std::atomic<std::int64_t> pid_{0};
  std::optional<Control> control_;
  std::shared_ptr<Streams> streams_ = std::make_shared<Streams>();
  std::shared_ptr<boost::asio::steady_timer> grace_;
  Input input_;
  sandport::ExitStatus exit_{sandport::ExitReason::kLost, 0, 0};
  bool exited_ = false;
};

}  // namespace sandport_local
