#include "core/session/writer.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/session/write_connection.hpp"

namespace sandport {

struct Writer::State {
  void run();
  void write(std::vector<WriteJob>& group);
  void write_all(std::vector<WriteJob>& group);
  void write_one(WriteJob& job);
  static void finish(WriteJob& job, const std::exception_ptr& failure);
  static void finish(std::vector<WriteJob>& group, const std::exception_ptr& failure);
  void reach(WritePoint point) const {
    if (probe) {
      probe(point);
    }
  }

  std::unique_ptr<WriteConnection> connection;  // the thread's own until it has ended
  std::function<void(WritePoint)> probe;
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<WriteJob> queue;
  bool closing = false;
  std::mutex close_mutex;
  std::thread thread;
};

Writer::Writer(std::unique_ptr<WriteConnection> connection, std::function<void(WritePoint)> probe)
    : state_(std::make_unique<State>()) {
  state_->connection = std::move(connection);
  state_->probe = std::move(probe);
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Writer::~Writer() { close(); }

void Writer::submit(WriteJob job) {
  {
    std::unique_lock lock(state_->mutex);
    if (state_->closing) {
      lock.unlock();
      job.done(std::make_exception_ptr(Error(Code::kCancelled, "the session store is closed")));
      return;
    }
    state_->queue.push_back(std::move(job));
    // With more in the queue the thread is awake already, or about to look.
    if (state_->queue.size() > 1) {
      return;
    }
  }
  state_->wake.notify_one();
}

void Writer::close() {
  const std::lock_guard once(state_->close_mutex);
  {
    const std::lock_guard guard(state_->mutex);
    state_->closing = true;
  }
  state_->wake.notify_one();
  if (state_->thread.joinable()) {
    state_->thread.join();
    state_->connection.reset();
  }
}

void Writer::State::run() {
  std::vector<WriteJob> group;
  for (;;) {
    {
      std::unique_lock lock(mutex);
      wake.wait(lock, [this] { return closing || !queue.empty(); });
      if (queue.empty()) {
        return;
      }
      std::swap(group, queue);
    }
    write(group);
    group.clear();
  }
}

void Writer::State::write(std::vector<WriteJob>& group) {
  try {
    write_all(group);
  } catch (const Error& error) {
    // Locked by another process: each job on its own would only wait for the same lock.
    if (group.size() == 1 || error.code() == Code::kUnavailable) {
      finish(group, std::current_exception());
      return;
    }
    // One bad write must not fail its neighbours.
    for (WriteJob& job : group) {
      write_one(job);
    }
    return;
  } catch (...) {
    finish(group, std::current_exception());
    return;
  }
  finish(group, nullptr);
}

void Writer::State::write_all(std::vector<WriteJob>& group) {
  Transaction transaction(connection->database, Database::Access::kWrite);
  reach(WritePoint::kBegun);
  for (WriteJob& job : group) {
    job.work(*connection);
  }
  reach(WritePoint::kWritten);
  transaction.commit();
  reach(WritePoint::kCommitted);
}

void Writer::State::write_one(WriteJob& job) {
  std::exception_ptr failure;
  try {
    Transaction transaction(connection->database, Database::Access::kWrite);
    job.work(*connection);
    transaction.commit();
  } catch (...) {
    failure = std::current_exception();
  }
  finish(job, failure);
}

void Writer::State::finish(WriteJob& job, const std::exception_ptr& failure) {
  // What the work holds, such as a lease, is gone by the time its owner hears of the end.
  job.work = nullptr;
  job.done(failure);
}

void Writer::State::finish(std::vector<WriteJob>& group, const std::exception_ptr& failure) {
  for (WriteJob& job : group) {
    finish(job, failure);
  }
}

}  // namespace sandport
