// Many sandboxes, each watched, in one process.
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/sandbox/sandbox.hpp"
#include "host/engine/block_on.hpp"
#include "host/engine/engine.hpp"
#include "tests/bench/e2b.hpp"
#include "tests/bench/measure.hpp"

namespace sandport::bench {
namespace {

constexpr std::size_t kWorkers = 16;  // requests at once to the service

struct Watched {
  std::unique_ptr<Sandbox> sandbox;
  std::unique_ptr<Watch> watch;
};

Task<void> await_event(Watch& watch, WatchEventType wanted) {
  for (;;) {
    const std::optional<WatchEvent> event = co_await watch.next();
    if (!event) throw Error(Code::kInternal, "a watch ended");
    if (event->type == wanted) co_return;
  }
}

Task<void> begin_watch(Backend& backend, Watched& watched) {
  watched.sandbox = co_await backend.create(SandboxSpec());
  std::string directory = watched.sandbox->info().work_dir;
  watched.watch = co_await watched.sandbox->watch(std::move(directory), WatchDepth::kDirect);
  co_await await_event(*watched.watch, WatchEventType::kReady);
}

Task<void> touch(Watched& watched) {
  std::string path = watched.sandbox->info().work_dir + "/seen";
  std::unique_ptr<ByteStream> content = std::make_unique<StringStream>("x");
  const FileEntry entry = co_await watched.sandbox->files().write(
      std::move(path), std::move(content), 1, WriteMode::kReplace);
  if (entry.size != 1) throw Error(Code::kInternal, "a file was written wrongly");
}

template <typename Work>
Task<void> work_off(std::vector<Watched>& all, std::atomic<std::size_t>& next, const Work& work) {
  for (std::size_t i = next++; i < all.size(); i = next++) co_await work(all[i]);
}

// `work` on all of them, a few at a time. Returns how long it took, in microseconds.
template <typename Work>
double on_all(const Engine& engine, std::vector<Watched>& all, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::vector<std::future<void>> workers;
  const Instant begin = now();
  for (std::size_t i = 0; i < kWorkers; ++i) {
    workers.push_back(start(engine, work_off(all, next, work)));
  }
  for (std::future<void>& worker : workers) worker.wait();
  for (std::future<void>& worker : workers) worker.get();
  return microseconds(begin, now());
}

}  // namespace

void measure_e2b_watches(const Engine& engine, Backend& backend, std::size_t sandboxes) {
  const double before = memory_now();
  std::vector<Watched> all(sandboxes);
  report("watch_begin", on_all(engine, all, [&backend](Watched& watched) {
           return begin_watch(backend, watched);
         }));
  report("watch_kib", (memory_now() - before) * 1e6 / 1024 / static_cast<double>(sandboxes));

  const Instant begin = now();
  std::vector<std::future<void>> seen;
  seen.reserve(sandboxes);
  for (Watched& watched : all) {
    seen.push_back(start(engine, await_event(*watched.watch, WatchEventType::kCreate)));
  }
  on_all(engine, all, [](Watched& watched) { return touch(watched); });
  for (std::future<void>& one : seen) one.get();
  report("watch_seen", microseconds(begin, now()));
  on_all(engine, all, [](Watched& watched) { return watched.sandbox->dispose(); });
}

}  // namespace sandport::bench
