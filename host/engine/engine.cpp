#include "host/engine/engine.hpp"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_set>
#include <vector>

#include "core/error.hpp"
#include "host/engine/cancelled.hpp"

namespace sandport {
namespace asio = boost::asio;

namespace {

struct Task {
  explicit Task(Strand on) : strand(std::move(on)) {}
  Strand strand;
  asio::cancellation_signal cancel;  // touched on the strand only
};

unsigned thread_count(unsigned asked) {
  if (asked != 0) return asked;
  // Never one alone: it may be writing to somebody who reads slowly, and signals must be heard.
  return std::max(2U, std::thread::hardware_concurrency());
}

}  // namespace

struct Engine::State {
  explicit State(const Options& with) : options(with), context(static_cast<int>(with.threads)) {}

  Options options;
  asio::io_context context;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{
      asio::make_work_guard(context)};
  std::stop_source stop_source;

  std::mutex mutex;
  std::condition_variable thread_ended;
  unsigned running = 0;
  bool stopping = false;
  std::optional<StopResult> result;
  std::unordered_set<std::shared_ptr<Task>> tasks;
  std::vector<std::thread> threads;

  void run() {
    context.run();
    const std::lock_guard lock(mutex);
    --running;
    thread_ended.notify_all();
  }

  void forget(const std::shared_ptr<Task>& task) {
    const std::lock_guard lock(mutex);
    tasks.erase(task);
  }
};

Engine::Engine() : Engine(Options{}) {}

Engine::Engine(Options options) {
  options.threads = thread_count(options.threads);
  state_ = std::make_unique<State>(options);
  state_->running = options.threads;
  for (unsigned i = 0; i < options.threads; ++i) {
    state_->threads.emplace_back([state = state_.get()] { state->run(); });
    const std::string name = "sp:engine-" + std::to_string(i);
    pthread_setname_np(state_->threads.back().native_handle(), name.substr(0, 15).c_str());
  }
}

Engine::~Engine() { static_cast<void>(stop()); }

asio::any_io_executor Engine::executor() const { return state_->context.get_executor(); }

Strand Engine::make_strand() const { return Strand(executor()); }

std::stop_token Engine::stopping() const { return state_->stop_source.get_token(); }

void Engine::spawn(asio::awaitable<void> work, Done done) {
  auto task = std::make_shared<Task>(make_strand());
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping)
      throw Error(Code::kUnavailable, "the host is stopping: no new work starts");
    state_->tasks.insert(task);
  }
  auto ended = [state = state_.get(), task, done = std::move(done)](std::exception_ptr failure) {
    state->forget(task);
    if (done) return done(failure);
    if (failure && !is_cancelled(failure)) std::rethrow_exception(failure);
  };
  asio::co_spawn(task->strand, std::move(work),
                 asio::bind_cancellation_slot(task->cancel.slot(), std::move(ended)));
}

StopResult Engine::stop() {
  auto& state = *state_;
  std::vector<std::shared_ptr<Task>> tasks;
  {
    const std::lock_guard lock(state.mutex);
    if (state.result) return *state.result;
    state.stopping = true;
    tasks.assign(state.tasks.begin(), state.tasks.end());
  }
  state.stop_source.request_stop();
  for (const auto& task : tasks) {
    asio::post(task->strand, [task] { task->cancel.emit(asio::cancellation_type::terminal); });
  }
  tasks.clear();
  state.work.reset();
  bool clean = false;
  {
    std::unique_lock lock(state.mutex);
    clean = state.thread_ended.wait_for(lock, state.options.stop_grace,
                                        [&state] { return state.running == 0; });
  }
  if (!clean) state.context.stop();
  for (auto& thread : state.threads) thread.join();
  state.threads.clear();
  state.result = clean ? StopResult::kClean : StopResult::kAbandoned;
  return *state.result;
}

}  // namespace sandport
