// The optional tables of a lent sandbox, and the search that it always has.
#include <utility>

#include "host/plugin/adapt/lent_sandbox.hpp"
#include "host/plugin/adapt/search.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace {

// Submits work(sandbox), which returns a Task of text or of nothing.
template <typename Work>
sp_code submit_text(sp_sandbox* self, sp_sink* sink, sp_op** out_op, sp_error* error,
                    Work work) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    return lent->calls().submit(
        sink, out_op, error, [lent, work = std::move(work)](LentOperation&) -> Task<ResultValue> {
          if constexpr (std::is_same_v<decltype(work(lent->sandbox())), Task<void>>) {
            co_await work(lent->sandbox());
            co_return std::string{};
          } else {
            co_return co_await work(lent->sandbox());
          }
        });
  });
}

sp_code find_paths(sp_sandbox* self, const sp_glob* request, sp_sink* sink, sp_op** out_op,
                   sp_error* error) noexcept {
  return guarded(error, [&] {
    if (request == nullptr) throw Error(Code::kInvalidArgument, "glob without a request");
    auto lent = LentSandbox::of(self).shared_from_this();
    const auto abi = copy_struct(request);
    auto wanted = from_abi(abi);
    wanted.root = lent->path(abi.root);
    return lent->calls().submit(
        sink, out_op, error,
        [lent, wanted = std::move(wanted)](LentOperation& operation) -> Task<ResultValue> {
          const auto paths = co_await glob(lent->sandbox(), wanted);
          for (const auto& path : paths) {
            co_await operation.emit(SP_CHANNEL_PATH, to_bytes(std::string_view{path}));
          }
          co_return std::string{};
        });
  });
}

sp_code find_text(sp_sandbox* self, const sp_grep* request, sp_sink* sink, sp_op** out_op,
                  sp_error* error) noexcept {
  return guarded(error, [&] {
    if (request == nullptr) throw Error(Code::kInvalidArgument, "grep without a request");
    auto lent = LentSandbox::of(self).shared_from_this();
    const auto abi = copy_struct(request);
    auto wanted = from_abi(abi);
    wanted.root = lent->path(abi.root);
    return lent->calls().submit(
        sink, out_op, error,
        [lent, wanted = std::move(wanted)](LentOperation& operation) -> Task<ResultValue> {
          const auto matches = co_await grep(lent->sandbox(), wanted);
          for (const auto& match : matches) {
            const auto told = to_abi(match);
            co_await operation.emit(SP_CHANNEL_MATCH, to_bytes(told));
          }
          co_return std::string{};
        });
  });
}

sp_code watch(sp_sandbox* self, sp_str path, uint32_t flags, sp_sink* sink, sp_op** out_op,
              sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    const auto depth =
        (flags & SP_WATCH_RECURSIVE) != 0 ? WatchDepth::kRecursive : WatchDepth::kDirect;
    return lent->calls().submit(
        sink, out_op, error,
        [lent, where = lent->path(path), depth](LentOperation& operation) -> Task<ResultValue> {
          const auto changes = co_await lent->sandbox().watch(where, depth);
          while (const auto change = co_await changes->next()) {
            const auto told = to_abi(*change);
            co_await operation.emit(SP_CHANNEL_WATCH, to_bytes(told));
          }
          throw Error(Code::kNotFound, where + " is gone", Retry::kNo, {}, "ENOENT");
        });
  });
}

sp_code pause(sp_sandbox* self, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
  return submit_text(self, sink, op, error,
                     [](Sandbox& sandbox) { return sandbox.pause_extension()->pause(); });
}

sp_code resume(sp_sandbox* self, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
  return submit_text(self, sink, op, error,
                     [](Sandbox& sandbox) { return sandbox.pause_extension()->resume(); });
}

sp_code snapshot_create(sp_sandbox* self, sp_str name, sp_sink* sink, sp_op** op,
                        sp_error* error) noexcept {
  return submit_text(self, sink, op, error, [name = copy(name)](Sandbox& sandbox) {
    return sandbox.snapshot_extension()->create(name);
  });
}

sp_code snapshot_list(sp_sandbox* self, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
  return submit_text(self, sink, op, error,
                     [](Sandbox& sandbox) { return sandbox.snapshot_extension()->list(); });
}

sp_code snapshot_restore(sp_sandbox* self, sp_str id, sp_sink* sink, sp_op** op,
                         sp_error* error) noexcept {
  return submit_text(self, sink, op, error, [id = copy(id)](Sandbox& sandbox) {
    return sandbox.snapshot_extension()->restore(id);
  });
}

sp_code snapshot_remove(sp_sandbox* self, sp_str id, sp_sink* sink, sp_op** op,
                        sp_error* error) noexcept {
  return submit_text(self, sink, op, error, [id = copy(id)](Sandbox& sandbox) {
    return sandbox.snapshot_extension()->remove(id);
  });
}

sp_code metrics_read(sp_sandbox* self, int64_t since, int64_t until, sp_sink* sink, sp_op** op,
                     sp_error* error) noexcept {
  return submit_text(self, sink, op, error, [since, until](Sandbox& sandbox) {
    return sandbox.metrics_extension()->read(since, until);
  });
}

sp_code metrics_logs(sp_sandbox* self, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
  return submit_text(self, sink, op, error,
                     [](Sandbox& sandbox) { return sandbox.metrics_extension()->logs(); });
}

sp_code network_get(sp_sandbox* self, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
  return submit_text(self, sink, op, error,
                     [](Sandbox& sandbox) { return sandbox.network_extension()->policy(); });
}

sp_code network_set(sp_sandbox* self, sp_str policy, sp_sink* sink, sp_op** op,
                    sp_error* error) noexcept {
  return submit_text(self, sink, op, error, [policy = copy(policy)](Sandbox& sandbox) {
    return sandbox.network_extension()->set_policy(policy);
  });
}

constexpr sp_sandbox_search kSearch{sizeof(sp_sandbox_search), &find_paths, &find_text};
constexpr sp_sandbox_watch kWatch{sizeof(sp_sandbox_watch), &watch};
constexpr sp_sandbox_pty kPty{sizeof(sp_sandbox_pty), &lent_exec_pty};
constexpr sp_sandbox_pause kPause{sizeof(sp_sandbox_pause), &pause, &resume};
// No fork: a second sandbox would be the tool's to pay for and to end.
constexpr sp_sandbox_snapshot kSnapshot{
    sizeof(sp_sandbox_snapshot), &snapshot_create, &snapshot_list,
    &snapshot_restore,           &snapshot_remove, nullptr};
constexpr sp_sandbox_metrics kMetrics{sizeof(sp_sandbox_metrics), &metrics_read, &metrics_logs};
constexpr sp_sandbox_network kNetwork{sizeof(sp_sandbox_network), &network_get, &network_set};

}  // namespace

const void* lent_extension(LentSandbox& lent, std::string_view id) {
  const auto& has = lent.abilities();
  if (id == SP_FS) return lent_files();
  if (id == SP_SANDBOX_SEARCH) return &kSearch;
  // These two answer SP_UNIMPLEMENTED where the sandbox behind lacks them.
  if (id == SP_SANDBOX_WATCH) return &kWatch;
  if (id == SP_SANDBOX_PTY) return &kPty;
  if (id == SP_SANDBOX_PAUSE && has.pause) return &kPause;
  if (id == SP_SANDBOX_SNAPSHOT && has.snapshot) return &kSnapshot;
  if (id == SP_SANDBOX_METRICS && has.metrics) return &kMetrics;
  if (id == SP_SANDBOX_NETWORK && has.network) return &kNetwork;
  return nullptr;
}

}  // namespace sandport::adapt
