// One turn: steps until the model rests or a limit is reached.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/agent/agent_loop.hpp"
#include "core/agent/loop_state.hpp"
#include "core/agent/step.hpp"

namespace sandport {

// Used once, on the session's strand.
class Turn {
 public:
  Turn(std::shared_ptr<LoopState> loop, boost::asio::any_io_executor executor)
      : loop_(std::move(loop)), executor_(std::move(executor)) {}

  // `user` may be null: then the turn goes on from where the session stopped.
  [[nodiscard]] Task<TurnResult> run(MessageText user);

 private:
  enum class Next { kStep, kEnd };

  void add_user_message(MessageText message);
  void add_queued_messages();
  [[nodiscard]] Next before_step();
  [[nodiscard]] Next after_step(StepResult& step);
  void count(const StepResult& step);
  void end_at_limit(std::string key, std::string message);
  void end_cut_off();
  [[nodiscard]] bool repeats_itself(const StepResult& step);
  Task<void> finish();

  std::shared_ptr<LoopState> loop_;
  boost::asio::any_io_executor executor_;
  TurnResult result_;
  std::unordered_map<std::string, std::uint32_t> streaks_;  // of the calls of the last step
};

}  // namespace sandport
