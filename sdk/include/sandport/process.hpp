// Writing a backend, part one: a process in a sandbox.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/exec.hpp>
#include <sandport/operation.hpp>
#include <sandport/task.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {
inline namespace v1 {

// Where a process sends its output. Bytes are borrowed until the Task ends; it waits while the
// receiver has enough. `_blocking` forms are for functions on the pool.
class ProcessOutput {
 public:
  explicit ProcessOutput(Emitter& emitter) noexcept : emitter_(emitter) {}

  [[nodiscard]] Task<void> started(std::int64_t pid) { return started(emitter_, pid); }
  [[nodiscard]] Task<void> out(std::string_view bytes) {
    return emitter_.emit(SP_CHANNEL_STDOUT, bytes);
  }
  [[nodiscard]] Task<void> err(std::string_view bytes) {
    return emitter_.emit(SP_CHANNEL_STDERR, bytes);
  }
  [[nodiscard]] Task<void> terminal(std::string_view bytes) {
    return emitter_.emit(SP_CHANNEL_PTY, bytes);
  }
  // Output may be missing here.
  [[nodiscard]] Task<void> gap(std::string_view reason) {
    return emitter_.emit(SP_CHANNEL_GAP, reason);
  }
  [[nodiscard]] Emitter& emitter() noexcept { return emitter_; }

 private:
  static Task<void> started(Emitter& emitter, std::int64_t pid) {
    co_await emitter.emit(SP_CHANNEL_STARTED, {reinterpret_cast<const char*>(&pid), sizeof pid});
  }
  Emitter& emitter_;
};

// Made by Sandbox::exec, which must be quick; run() does the work. Lives until run() and every
// other Task of it has ended and the host has let go of it. The other members may be called while
// run() runs, on any thread, also before it has started anything.
class Process {
 public:
  Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  virtual ~Process() = default;

  // Starts, sends STARTED once and the output, and ends with the process. When cancelled it stops
  // watching, and kills the process first if OnCancel::kKill was asked for.
  [[nodiscard]] virtual Task<ExitStatus> run(ProcessOutput& output) = 0;

  // 0 until started, and where there are no pids. Any thread.
  [[nodiscard]] virtual std::int64_t pid() const noexcept = 0;

  // `bytes` are borrowed until the Task ends, which means accepted. Throws SP_FAILED_PRECONDITION
  // (EPIPE) when the reading end is gone.
  [[nodiscard]] virtual Task<void> write_stdin(std::string_view bytes) = 0;
  [[nodiscard]] virtual Task<void> close_stdin() = 0;
  // To the whole process tree; succeeds when it has already ended.
  [[nodiscard]] virtual Task<void> signal(int number) = 0;
  [[nodiscard]] virtual Task<void> resize(TerminalSize size) {
    static_cast<void>(size);
    throw Error(SP_FAILED_PRECONDITION, "this process has no terminal");
  }
};

namespace detail {

// Owned by the op it came with.
class ProcessObject : public sp_process {
 public:
  explicit ProcessObject(std::shared_ptr<Process> process) noexcept
      : sp_process{kStructSize<sp_process>, &pid, &write_stdin, &close_stdin, &signal, &resize},
        process_(std::move(process)) {}

  [[nodiscard]] const std::shared_ptr<Process>& get() const noexcept { return process_; }

 private:
  using Shared = std::shared_ptr<Process>;
  static const Shared& self(sp_process* at) noexcept {
    return static_cast<ProcessObject*>(at)->process_;
  }

  static std::int64_t pid(sp_process* at) noexcept { return self(at)->pid(); }

  // Each Task keeps the Process: the host may release the exec's op first.
  static sp_code write_stdin(sp_process* at, sp_bytes bytes, sp_sink* sink, sp_op** op,
                             sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) {
      return [](Shared process, std::string_view text) -> Task<void> {
        co_await process->write_stdin(text);
      }(self(at), to_view(bytes));
    });
  }
  static sp_code close_stdin(sp_process* at, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) {
      return [](Shared process) -> Task<void> { co_await process->close_stdin(); }(self(at));
    });
  }
  static sp_code signal(sp_process* at, std::int32_t number, sp_sink* sink, sp_op** op,
                        sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) {
      return [](Shared process, int which) -> Task<void> { co_await process->signal(which); }(
                                               self(at), number);
    });
  }
  static sp_code resize(sp_process* at, std::uint16_t rows, std::uint16_t columns, sp_sink* sink,
                        sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) {
      return [](Shared process, TerminalSize size) -> Task<void> {
        co_await process->resize(size);
      }(self(at), TerminalSize{rows, columns});
    });
  }

  Shared process_;
};

// Runs a process as one operation whose op also owns the sp_process.
template <class Make>
sp_code submit_process(sp_sink* sink, sp_op** out_op, sp_process** out_process, sp_error* error,
                       Make&& make) noexcept {
  sp_process* made = nullptr;
  return submit_with(
      sink, out_op, error,
      [&](Operation& operation) {
        auto object = std::make_shared<ProcessObject>(std::shared_ptr<Process>{make()});
        made = object.get();
        auto task = [](std::shared_ptr<Process> process, Emitter& emitter) -> Task<ExitStatus> {
          ProcessOutput output{emitter};
          co_return co_await process->run(output);
        }(object->get(), operation.emitter());
        operation.attach(std::move(object));
        return task;
      },
      [&]() noexcept { *out_process = made; });
}

}  // namespace detail
}  // namespace v1
}  // namespace sandport
