#include "follow.hpp"

namespace shell {
namespace {

using sandport::Task;

Task<void> pump(Watched& watched) {
  try {
    while (auto event = co_await watched.process.next()) watched.events.push(std::move(*event));
    watched.exit = co_await watched.process.wait();
  } catch (const sandport::Cancelled&) {  // the watcher has seen enough
  } catch (...) {
    watched.events.fail(std::current_exception());
  }
  watched.events.close();
}

Task<void> watch(Watched& watched, Watcher watcher) {
  std::exception_ptr failure;
  try {
    co_await watcher(watched);
  } catch (...) {
    failure = std::current_exception();
  }
  watched.process.cancel();  // or pump would wait for the end of a process that may never end
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

Task<void> follow(sandport::RunningProcess process, Watcher watcher) {
  Watched watched{process, {}, std::nullopt};
  co_await sandport::when_all(pump(watched), watch(watched, std::move(watcher)));
}

Task<NextEvent> next_within(sandport::Host host, std::chrono::milliseconds limit,
                            Watched& watched) {
  NextEvent next;
  try {
    auto event = co_await sandport::with_timeout(host, limit, watched.events.next());
    next.waited = event ? Waited::kEvent : Waited::kEnd;
    if (event) next.event = std::move(*event);
  } catch (const sandport::Error& error) {
    if (error.code() != SP_DEADLINE_EXCEEDED || error.reason() != "TIMEOUT") throw;
  }
  co_return next;
}

}  // namespace shell
