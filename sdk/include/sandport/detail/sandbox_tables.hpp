// The ABI's tables over a Sandbox and its facets: thunks, all noexcept.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/operation.hpp>
#include <sandport/sandbox.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {
inline namespace v1 {
namespace detail {

// An output of an operation that lives as long as the Task that writes to it.
template <class Output, class T, class Method, class Object, class... Arguments>
Task<T> with_output(Emitter& emitter, Method method, Object& object, Arguments... arguments) {
  Output output{emitter};
  co_return co_await (object.*method)(std::move(arguments)..., output);
}

class SandboxObject : public sp_sandbox {
 public:
  explicit SandboxObject(std::unique_ptr<Sandbox> sandbox) noexcept
      : sp_sandbox{kStructSize<sp_sandbox>,
                   &id,
                   &info,
                   &exec,
                   &attach,
                   &processes,
                   &host_url,
                   &set_timeout,
                   &dispose,
                   &get_extension,
                   &close},
        sandbox_(std::move(sandbox)) {}

  static Sandbox& self(sp_sandbox* at) noexcept {
    return *static_cast<SandboxObject*>(at)->sandbox_;
  }

 private:
  static sp_str id(sp_sandbox* at) noexcept { return to_str(self(at).id()); }
  static sp_code info(sp_sandbox* at, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).info(); });
  }
  static sp_code exec(sp_sandbox* at, const sp_exec* request, sp_sink* sink, sp_op** op,
                      sp_process** process, sp_error* error) noexcept {
    return submit_process(sink, op, process, error,
                          [&] { return self(at).exec(from_abi(*request)); });
  }
  static sp_code attach(sp_sandbox* at, const sp_attach* request, sp_sink* sink, sp_op** op,
                        sp_process** process, sp_error* error) noexcept {
    return submit_process(sink, op, process, error,
                          [&] { return self(at).attach(from_abi(*request)); });
  }
  static sp_code processes(sp_sandbox* at, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).processes(); });
  }
  static sp_code host_url(sp_sandbox* at, std::uint32_t port, sp_sink* sink, sp_op** op,
                          sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).host_url(port); });
  }
  static sp_code set_timeout(sp_sandbox* at, std::uint64_t remaining, sp_sink* sink, sp_op** op,
                             sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) {
      return self(at).set_timeout(std::chrono::milliseconds{
          static_cast<std::int64_t>(remaining < INT64_MAX ? remaining : INT64_MAX)});
    });
  }
  static sp_code dispose(sp_sandbox* at, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).dispose(); });
  }
  static const void* get_extension(sp_sandbox* at, const char* id) noexcept;
  static void close(sp_sandbox* at) noexcept { delete static_cast<SandboxObject*>(at); }

  std::unique_ptr<Sandbox> sandbox_;
};

struct FileThunks {
  static FileSystem& self(sp_sandbox* at) { return SandboxObject::self(at).files(); }

  static sp_code stat(sp_sandbox* at, sp_str path, std::uint32_t flags, sp_sink* sink, sp_op** op,
                      sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) {
      return self(at).stat(to_string(path), (flags & SP_STAT_NO_FOLLOW) != 0 ? Symlinks::kNoFollow
                                                                             : Symlinks::kFollow);
    });
  }
  static sp_code read(sp_sandbox* at, sp_str path, std::uint64_t offset, std::uint64_t limit,
                      sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter& emitter) {
      return with_output<DataOutput, void>(emitter, &FileSystem::read, self(at), to_string(path),
                                           offset, limit);
    });
  }
  static sp_code write(sp_sandbox* at, sp_str path, std::uint32_t flags, std::uint32_t mode,
                       sp_reader* content, std::uint64_t size, sp_sink* sink, sp_op** op,
                       sp_error* error) noexcept {
    std::shared_ptr<LentReader::Loan> loan;
    return submit_with(
        sink, op, error,
        [&](Operation&) {
          loan = std::make_shared<LentReader::Loan>(LentReader::Loan{content});
          Reader reader{ReaderHandle{new LentReader(loan)}};
          WriteOptions options;
          options.mode = mode;
          options.append = (flags & SP_WRITE_APPEND) != 0;
          options.exclusive = (flags & SP_WRITE_EXCLUSIVE) != 0;
          options.parents = (flags & SP_WRITE_PARENTS) != 0;
          return self(at).write(to_string(path), options, std::move(reader), size);
        },
        [&]() noexcept { loan->accept(); });
  }
  static sp_code list(sp_sandbox* at, sp_str path, std::uint32_t depth, sp_sink* sink, sp_op** op,
                      sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter& emitter) {
      return with_output<EntryOutput, void>(emitter, &FileSystem::list, self(at), to_string(path),
                                            depth);
    });
  }
  static sp_code mkdir(sp_sandbox* at, sp_str path, std::uint32_t flags, std::uint32_t mode,
                       sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) {
      return self(at).mkdir(to_string(path), MkdirOptions{mode, (flags & SP_MKDIR_PARENTS) != 0});
    });
  }
  static sp_code remove(sp_sandbox* at, sp_str path, std::uint32_t flags, sp_sink* sink, sp_op** op,
                        sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) {
      return self(at).remove(to_string(path), (flags & SP_REMOVE_RECURSIVE) != 0
                                                  ? RemoveMode::kRecursive
                                                  : RemoveMode::kSingle);
    });
  }
  static sp_code rename(sp_sandbox* at, sp_str from, sp_str to, sp_sink* sink, sp_op** op,
                        sp_error* error) noexcept {
    return submit(sink, op, error,
                  [&](Emitter&) { return self(at).rename(to_string(from), to_string(to)); });
  }
  static sp_code set_mode(sp_sandbox* at, sp_str path, std::uint32_t mode, sp_sink* sink,
                          sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error,
                  [&](Emitter&) { return self(at).set_mode(to_string(path), mode); });
  }

  // Passes on to the caller's reader, which stays the caller's when the call is refused.
  struct LentReader : sp_reader {
    struct Loan {
      sp_reader* reader;
      bool accepted = false;
      bool finished = false;

      void accept() noexcept {
        accepted = true;
        if (finished) reader->release(reader);
      }
      void finish() noexcept {
        finished = true;
        if (accepted) reader->release(reader);
      }
    };

    explicit LentReader(std::shared_ptr<Loan> from) noexcept
        : sp_reader{kStructSize<sp_reader>, &LentReader::read, &LentReader::wait,
                    &LentReader::release},
          loan(std::move(from)) {}
    static std::int64_t read(sp_reader* at, void* buffer, std::size_t capacity) noexcept {
      auto* reader = static_cast<LentReader*>(at)->loan->reader;
      return reader->read(reader, buffer, capacity);
    }
    static void wait(sp_reader* at, void (*ready)(void*), void* context) noexcept {
      auto* reader = static_cast<LentReader*>(at)->loan->reader;
      reader->wait(reader, ready, context);
    }
    static void release(sp_reader* at) noexcept {
      const std::unique_ptr<LentReader> self{static_cast<LentReader*>(at)};
      self->loan->finish();
    }
    std::shared_ptr<Loan> loan;
  };

  static constexpr sp_fs kTable{
      kStructSize<sp_fs>, &stat, &read, &write, &list, &mkdir, &remove, &rename, &set_mode};
};

struct FacetThunks {
  static Sandbox& self(sp_sandbox* at) noexcept { return SandboxObject::self(at); }

  static sp_code watch(sp_sandbox* at, sp_str path, std::uint32_t flags, sp_sink* sink, sp_op** op,
                       sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter& emitter) {
      return with_output<WatchOutput, void>(
          emitter, &Watch::watch, *self(at).watch(), to_string(path),
          (flags & SP_WATCH_RECURSIVE) != 0 ? WatchDepth::kRecursive : WatchDepth::kOne);
    });
  }
  static sp_code pty(sp_sandbox* at, const sp_exec* request, std::uint16_t rows,
                     std::uint16_t columns, sp_sink* sink, sp_op** op, sp_process** process,
                     sp_error* error) noexcept {
    return submit_process(sink, op, process, error, [&] {
      return self(at).pty()->exec(from_abi(*request), TerminalSize{rows, columns});
    });
  }
  static sp_code pause(sp_sandbox* at, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).pause()->pause(); });
  }
  static sp_code resume(sp_sandbox* at, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).pause()->resume(); });
  }
  static sp_code snapshot_create(sp_sandbox* at, sp_str name, sp_sink* sink, sp_op** op,
                                 sp_error* error) noexcept {
    return submit(sink, op, error,
                  [&](Emitter&) { return self(at).snapshot()->create(to_string(name)); });
  }
  static sp_code snapshot_list(sp_sandbox* at, sp_sink* sink, sp_op** op,
                               sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).snapshot()->list(); });
  }
  static sp_code snapshot_restore(sp_sandbox* at, sp_str id, sp_sink* sink, sp_op** op,
                                  sp_error* error) noexcept {
    return submit(sink, op, error,
                  [&](Emitter&) { return self(at).snapshot()->restore(to_string(id)); });
  }
  static sp_code snapshot_remove(sp_sandbox* at, sp_str id, sp_sink* sink, sp_op** op,
                                 sp_error* error) noexcept {
    return submit(sink, op, error,
                  [&](Emitter&) { return self(at).snapshot()->remove(to_string(id)); });
  }
  static sp_code snapshot_fork(sp_sandbox* at, sp_sink* sink, sp_op** op,
                               sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).snapshot()->fork(); });
  }
  static sp_code metrics_read(sp_sandbox* at, std::int64_t since, std::int64_t until, sp_sink* sink,
                              sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error,
                  [&](Emitter&) { return self(at).metrics()->read(since, until); });
  }
  static sp_code metrics_logs(sp_sandbox* at, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).metrics()->logs(); });
  }
  static sp_code get_policy(sp_sandbox* at, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).network()->get_policy(); });
  }
  static sp_code set_policy(sp_sandbox* at, sp_str policy, sp_sink* sink, sp_op** op,
                            sp_error* error) noexcept {
    return submit(sink, op, error,
                  [&](Emitter&) { return self(at).network()->set_policy(to_string(policy)); });
  }
  static sp_code glob(sp_sandbox* at, const sp_glob* request, sp_sink* sink, sp_op** op,
                      sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter& emitter) {
      return with_output<PathOutput, void>(emitter, &Search::glob, *self(at).search(),
                                           from_abi(*request));
    });
  }
  static sp_code grep(sp_sandbox* at, const sp_grep* request, sp_sink* sink, sp_op** op,
                      sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter& emitter) {
      return with_output<MatchOutput, void>(emitter, &Search::grep, *self(at).search(),
                                            from_abi(*request));
    });
  }

  static constexpr sp_sandbox_watch kWatch{kStructSize<sp_sandbox_watch>, &watch};
  static constexpr sp_sandbox_pty kPty{kStructSize<sp_sandbox_pty>, &pty};
  static constexpr sp_sandbox_pause kPause{kStructSize<sp_sandbox_pause>, &pause, &resume};
  static constexpr sp_sandbox_snapshot kSnapshot{kStructSize<sp_sandbox_snapshot>,
                                                 &snapshot_create,
                                                 &snapshot_list,
                                                 &snapshot_restore,
                                                 &snapshot_remove,
                                                 &snapshot_fork};
  static constexpr sp_sandbox_metrics kMetrics{kStructSize<sp_sandbox_metrics>, &metrics_read,
                                               &metrics_logs};
  static constexpr sp_sandbox_network kNetwork{kStructSize<sp_sandbox_network>, &get_policy,
                                               &set_policy};
  static constexpr sp_sandbox_search kSearch{kStructSize<sp_sandbox_search>, &glob, &grep};
};

inline const void* SandboxObject::get_extension(sp_sandbox* at, const char* id) noexcept {
  const std::string_view wanted{id};
  auto& sandbox = self(at);
  if (wanted == SP_FS) return &FileThunks::kTable;
  if (wanted == SP_SANDBOX_WATCH && sandbox.watch() != nullptr) return &FacetThunks::kWatch;
  if (wanted == SP_SANDBOX_PTY && sandbox.pty() != nullptr) return &FacetThunks::kPty;
  if (wanted == SP_SANDBOX_PAUSE && sandbox.pause() != nullptr) return &FacetThunks::kPause;
  if (wanted == SP_SANDBOX_SNAPSHOT && sandbox.snapshot() != nullptr) {
    return &FacetThunks::kSnapshot;
  }
  if (wanted == SP_SANDBOX_METRICS && sandbox.metrics() != nullptr) return &FacetThunks::kMetrics;
  if (wanted == SP_SANDBOX_NETWORK && sandbox.network() != nullptr) return &FacetThunks::kNetwork;
  if (wanted == SP_SANDBOX_SEARCH && sandbox.search() != nullptr) return &FacetThunks::kSearch;
  return nullptr;
}

}  // namespace detail

// Called by the SDK to end an operation that made a sandbox: the object changes hands first.
inline void finish(sp_sink* sink, CreatedSandbox created) {
  auto object = std::make_unique<detail::SandboxObject>(std::move(created.sandbox));
  sink->object(sink, static_cast<sp_sandbox*>(object.release()));
  const auto status = detail::plain_status(SP_OK, {});
  sink->done(sink, &status, to_bytes(created.info));
}

}  // namespace v1
}  // namespace sandport
