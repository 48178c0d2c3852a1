// The writing end of a process's stdin, or a terminal's keyboard.
#pragma once

#include <coroutine>
#include <deque>
#include <memory>
#include <sandport/task.hpp>
#include <string_view>
#include <utility>

#include "process/descriptor.hpp"

namespace sandport_local {

// First come, first served. On the I/O thread.
class Turns {
 public:
  [[nodiscard]] auto acquire() {
    struct Awaiter {
      Turns& turns;
      [[nodiscard]] bool await_ready() const { return !std::exchange(turns.taken_, true); }
      void await_suspend(std::coroutine_handle<> handle) { turns.waiting_.push_back(handle); }
      void await_resume() const {}
    };
    return Awaiter{*this};
  }
  // The next one goes on as soon as the thread is free.
  void release(IoThread& thread);

 private:
  bool taken_ = false;
  std::deque<std::coroutine_handle<>> waiting_;
};

// On the I/O thread. Writers take turns.
class Input {
 public:
  enum class Kind { kPipe, kTerminal };

  void open(IoThread& thread, UniqueFd fd, Kind kind);
  [[nodiscard]] bool is_open() const { return descriptor_ && descriptor_->is_open(); }
  [[nodiscard]] int get() { return descriptor_->get(); }

  // Throws Error SP_FAILED_PRECONDITION (EPIPE) when nobody can read it any more.
  [[nodiscard]] sandport::Task<void> write(IoThread& thread, std::string_view bytes);
  // A pipe ends; on a terminal the end-of-file character is typed.
  [[nodiscard]] sandport::Task<void> finish(IoThread& thread);
  // Whoever still writes gets EPIPE.
  void close();

 private:
  [[nodiscard]] sandport::Task<void> write_all(std::string_view bytes);

  std::shared_ptr<Descriptor> descriptor_;
  Kind kind_ = Kind::kPipe;
  Turns turns_;
};

}  // namespace sandport_local
