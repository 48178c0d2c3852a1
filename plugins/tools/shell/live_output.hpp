// Shows a command's output to the person who waits for it, while it runs.
#pragma once

#include <sandport/mailbox.hpp>
#include <sandport/toolset.hpp>

#include <mutex>
#include <string>
#include <string_view>

namespace shell {

// One coroutine adds, another shows. What comes at once is shown at once; a flood is thinned out to
// its latest part, a few times a second, so that it never holds up the command.
class LiveOutput {
 public:
  explicit LiveOutput(sandport::Call& call) : call_(call) {}

  void add(std::string_view bytes);
  // Nothing more comes.
  void end();

  // Until end(). What came last may not be shown: the call's result has it.
  [[nodiscard]] sandport::Task<void> show();

 private:
  [[nodiscard]] std::string take();

  sandport::Call& call_;
  sandport::Mailbox<bool> news_;
  sandport::Mailbox<bool> ended_;
  std::mutex mutex_;
  std::string pending_;
  bool told_ = false;  // of what is pending
  bool left_out_ = false;
};

}  // namespace shell
