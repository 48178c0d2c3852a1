// Watching a process with deadlines: a reader that can stop waiting while the process goes on.
#pragma once

#include <sandport/host.hpp>
#include <sandport/mailbox.hpp>
#include <sandport/sandbox_view.hpp>
#include <sandport/when_all.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <optional>

namespace shell {

// What a watcher sees. Valid inside the watcher.
struct Watched {
  sandport::RunningProcess& process;
  sandport::Mailbox<sandport::Event> events;  // closed at the process's end
  std::optional<sandport::ExitStatus> exit;   // once events is closed, unless watching was stopped
};

using Watcher = std::function<sandport::Task<void>(Watched&)>;

// Runs watcher while the process's events come in; stops watching when watcher returns. Throws what
// either threw.
[[nodiscard]] sandport::Task<void> follow(sandport::RunningProcess process, Watcher watcher);

enum class Waited { kEvent, kEnd, kNothing };

// The next event within limit.
struct NextEvent {
  Waited waited = Waited::kNothing;
  sandport::Event event;
};
[[nodiscard]] sandport::Task<NextEvent> next_within(sandport::Host host,
                                                    std::chrono::milliseconds limit,
                                                    Watched& watched);

}  // namespace shell
