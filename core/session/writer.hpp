// The one thread that writes a session store, many writes to a transaction.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>

namespace sandport {

struct WriteConnection;

// Where a write is; for tests that kill the process there.
enum class WritePoint { kBegun, kWritten, kCommitted };

struct WriteJob {
  // Runs inside a transaction. Runs a second time, in a transaction of its own, when the first one
  // had to be rolled back because of another job.
  std::function<void(WriteConnection&)> work;
  // Runs once on the writer's thread, after the commit or the failure; must not block or throw.
  std::function<void(std::exception_ptr)> done;
};

// Safe from any thread.
class Writer {
 public:
  Writer(std::unique_ptr<WriteConnection> connection, std::function<void(WritePoint)> probe);
  // Writes all that is queued first.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Jobs are done in the order of their submission. After close() a job fails with kCancelled.
  void submit(WriteJob job);
  // Writes all that is queued, then ends the thread and the connection. Idempotent.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport
