// A sandbox's optional abilities as core sees them.
#include <utility>

#include "host/plugin/adapt/sandbox.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace {

template <typename Interface, typename Table>
class Extension : public Interface {
 public:
  Extension(std::shared_ptr<SandboxObject> object, const Table* table)
      : object_(std::move(object)), table_(table) {}

 protected:
  [[nodiscard]] sp_sandbox* sandbox() const { return object_->abi(); }
  [[nodiscard]] const Table* table() const { return table_; }
  [[nodiscard]] const std::shared_ptr<SandboxObject>& object() const { return object_; }

  Task<std::string> text(std::string name, bool present, Operation::Submit submit) {
    if (!present) throw_lacking(*object_, name);
    co_return co_await run_for_text(object_, std::move(name), std::move(submit));
  }

 private:
  std::shared_ptr<SandboxObject> object_;
  const Table* table_;
};

class AbiPause final : public Extension<PauseExtension, sp_sandbox_pause> {
 public:
  using Extension::Extension;

  Task<void> pause() override {
    co_await text("pause", SP_HAS(sp_sandbox_pause, table(), pause),
                  [this](sp_sink* sink, sp_op** op, sp_error* error) {
                    return table()->pause(sandbox(), sink, op, error);
                  });
  }

  Task<void> resume() override {
    co_await text("resume", SP_HAS(sp_sandbox_pause, table(), resume),
                  [this](sp_sink* sink, sp_op** op, sp_error* error) {
                    return table()->resume(sandbox(), sink, op, error);
                  });
  }
};

class AbiSnapshot final : public Extension<SnapshotExtension, sp_sandbox_snapshot> {
 public:
  using Extension::Extension;

  Task<std::string> create(std::string name) override {
    co_return co_await text("snapshot", SP_HAS(sp_sandbox_snapshot, table(), create),
                            [this, &name](sp_sink* sink, sp_op** op, sp_error* error) {
                              return table()->create(sandbox(), to_abi(name), sink, op, error);
                            });
  }

  Task<std::string> list() override {
    co_return co_await text("snapshot list", SP_HAS(sp_sandbox_snapshot, table(), list),
                            [this](sp_sink* sink, sp_op** op, sp_error* error) {
                              return table()->list(sandbox(), sink, op, error);
                            });
  }

  Task<void> restore(std::string id) override {
    co_await text("snapshot restore", SP_HAS(sp_sandbox_snapshot, table(), restore),
                  [this, &id](sp_sink* sink, sp_op** op, sp_error* error) {
                    return table()->restore(sandbox(), to_abi(id), sink, op, error);
                  });
  }

  Task<void> remove(std::string id) override {
    co_await text("snapshot remove", SP_HAS(sp_sandbox_snapshot, table(), remove),
                  [this, &id](sp_sink* sink, sp_op** op, sp_error* error) {
                    return table()->remove(sandbox(), to_abi(id), sink, op, error);
                  });
  }

  Task<std::unique_ptr<Sandbox>> fork() override {
    if (!SP_HAS(sp_sandbox_snapshot, table(), fork)) throw_lacking(*object(), "fork");
    co_return co_await receive_sandbox(object(), "fork", Latecomer::kDispose,
                                       [this](sp_sink* sink, sp_op** op, sp_error* error) {
                                         return table()->fork(sandbox(), sink, op, error);
                                       });
  }
};

class AbiMetrics final : public Extension<MetricsExtension, sp_sandbox_metrics> {
 public:
  using Extension::Extension;

  Task<std::string> read(std::int64_t since, std::int64_t until) override {
    co_return co_await text("metrics", SP_HAS(sp_sandbox_metrics, table(), read),
                            [this, since, until](sp_sink* sink, sp_op** op, sp_error* error) {
                              return table()->read(sandbox(), since, until, sink, op, error);
                            });
  }

  Task<std::string> logs() override {
    co_return co_await text("logs", SP_HAS(sp_sandbox_metrics, table(), logs),
                            [this](sp_sink* sink, sp_op** op, sp_error* error) {
                              return table()->logs(sandbox(), sink, op, error);
                            });
  }
};

class AbiNetwork final : public Extension<NetworkExtension, sp_sandbox_network> {
 public:
  using Extension::Extension;

  Task<std::string> policy() override {
    co_return co_await text("get_policy", SP_HAS(sp_sandbox_network, table(), get_policy),
                            [this](sp_sink* sink, sp_op** op, sp_error* error) {
                              return table()->get_policy(sandbox(), sink, op, error);
                            });
  }

  Task<void> set_policy(std::string policy) override {
    co_await text("set_policy", SP_HAS(sp_sandbox_network, table(), set_policy),
                  [this, &policy](sp_sink* sink, sp_op** op, sp_error* error) {
                    return table()->set_policy(sandbox(), to_abi(policy), sink, op, error);
                  });
  }
};

template <typename Adapter, typename Interface, typename Table>
std::unique_ptr<Interface> adapt_extension(const std::shared_ptr<SandboxObject>& object,
                                           const char* id) {
  const auto* const table = object->extension<Table>(id);
  if (table == nullptr) return nullptr;
  return std::make_unique<Adapter>(object, table);
}

class AbiWatch final : public Watch {
 public:
  explicit AbiWatch(OperationHandle operation) : operation_(std::move(operation)) {}

  Task<std::optional<WatchEvent>> next() override {
    try {
      while (auto event = co_await operation_->next(OnCancel::kLeave)) {
        if (auto* change = std::get_if<WatchEvent>(&event->value)) co_return std::move(*change);
      }
    } catch (const Error& error) {
      if (error.code() != Code::kNotFound) throw;
    }
    co_return std::nullopt;
  }

 private:
  OperationHandle operation_;
};

}  // namespace

std::unique_ptr<PauseExtension> adapt_pause(const std::shared_ptr<SandboxObject>& object) {
  return adapt_extension<AbiPause, PauseExtension, sp_sandbox_pause>(object, SP_SANDBOX_PAUSE);
}

std::unique_ptr<SnapshotExtension> adapt_snapshot(const std::shared_ptr<SandboxObject>& object) {
  return adapt_extension<AbiSnapshot, SnapshotExtension, sp_sandbox_snapshot>(object,
                                                                              SP_SANDBOX_SNAPSHOT);
}

std::unique_ptr<MetricsExtension> adapt_metrics(const std::shared_ptr<SandboxObject>& object) {
  return adapt_extension<AbiMetrics, MetricsExtension, sp_sandbox_metrics>(object,
                                                                           SP_SANDBOX_METRICS);
}

std::unique_ptr<NetworkExtension> adapt_network(const std::shared_ptr<SandboxObject>& object) {
  return adapt_extension<AbiNetwork, NetworkExtension, sp_sandbox_network>(object,
                                                                           SP_SANDBOX_NETWORK);
}

Task<std::unique_ptr<Watch>> adapt_watch(std::shared_ptr<SandboxObject> object,
                                         const sp_sandbox_watch* table, std::string path,
                                         WatchDepth depth) {
  OperationOptions options;
  options.name = "watch";
  const std::uint32_t flags =
      depth == WatchDepth::kRecursive ? std::uint32_t{SP_WATCH_RECURSIVE} : 0;
  sp_sandbox* const sandbox = object->abi();
  auto operation =
      co_await start(std::move(object), std::move(options),
                     [table, sandbox, &path, flags](sp_sink* sink, sp_op** op, sp_error* error) {
                       return table->watch(sandbox, to_abi(path), flags, sink, op, error);
                     });
  // A path that is not there fails here.
  co_await operation->ready(OnCancel::kCancel);
  operation->throw_if_failed();
  co_return std::make_unique<AbiWatch>(std::move(operation));
}

}  // namespace sandport::adapt
