#include "host/plugin/adapt/sandbox.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "host/plugin/adapt/search.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace {

// The ABI's view of a request, alive until its operation ended.
struct ExecArguments {
  ExecRequest request;
  std::vector<sp_str> argv;
  std::vector<sp_pair> env;
  sp_exec abi{};

  explicit ExecArguments(ExecRequest from) : request(std::move(from)) {
    for (const auto& argument : request.argv) argv.push_back(to_abi(argument));
    for (const auto& [name, value] : request.env) env.push_back({to_abi(name), to_abi(value)});
    abi.struct_size = sizeof abi;
    if (request.stdin_mode == StdinMode::kPipe) abi.flags |= SP_EXEC_STDIN;
    abi.flags |= request.lifetime == ProcessLifetime::kDetached
                     ? std::uint32_t{SP_EXEC_DETACH}
                     : std::uint32_t{SP_EXEC_KILL_ON_CANCEL};
    abi.argv = argv.data();
    abi.argc = argv.size();
    abi.env = env.data();
    abi.env_count = env.size();
    abi.cwd = to_abi(request.cwd);
    abi.user = to_abi(request.user);
    abi.tag = to_abi(request.tag);
    abi.timeout_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(0, request.timeout.count()));
  }
};

class AbiSandbox final : public Sandbox {
 public:
  AbiSandbox(std::shared_ptr<SandboxObject> object, SandboxInfo info)
      : object_(std::move(object)),
        info_(std::move(info)),
        files_(adapt_files(object_)),
        pty_(object_->extension<sp_sandbox_pty>(SP_SANDBOX_PTY)),
        watch_(object_->extension<sp_sandbox_watch>(SP_SANDBOX_WATCH)),
        search_(object_->extension<sp_sandbox_search>(SP_SANDBOX_SEARCH)),
        pause_(adapt_pause(object_)),
        snapshot_(adapt_snapshot(object_)),
        metrics_(adapt_metrics(object_)),
        network_(adapt_network(object_)) {}

  const std::string& id() const override { return info_.id; }
  const SandboxInfo& info() const override { return info_; }

  Task<SandboxInfo> refresh() override {
    const auto json = co_await text("info", SP_HAS(sp_sandbox, abi(), info),
                                    [self = abi()](sp_sink* sink, sp_op** op, sp_error* error) {
                                      return self->info(self, sink, op, error);
                                    });
    co_return parse_sandbox_info(json, object_->monitor()->plugin());
  }

  FileSystem& files() override { return *files_; }

  Task<std::unique_ptr<Process>> exec(ExecRequest request) override {
    if (request.argv.empty()) {
      throw Error(Code::kInvalidArgument, "exec: the command is empty");
    }
    if (request.pty && !SP_HAS(sp_sandbox_pty, pty_, exec)) {
      throw_lacking(*object_, SP_SANDBOX_PTY);
    }
    auto arguments = std::make_shared<ExecArguments>(std::move(request));
    sp_process* process = nullptr;
    // Named, here and below: g++ 12 destroys captures twice when a lambda that owns something
    // stands in a co_await expression.
    Operation::Submit submit = [self = abi(), pty = pty_, arguments, &process](
                                   sp_sink* sink, sp_op** op, sp_error* error) {
      const auto& size = arguments->request.pty;
      return size ? pty->exec(self, &arguments->abi, size->rows, size->columns, sink, op, &process,
                              error)
                  : self->exec(self, &arguments->abi, sink, op, &process, error);
    };
    auto options = process_options("exec", arguments);
    auto operation = co_await start(object_, std::move(options), std::move(submit));
    co_return co_await adapt_process(object_, std::move(operation), process);
  }

  Task<std::unique_ptr<Process>> attach(AttachRequest request) override {
    if (!SP_HAS(sp_sandbox, abi(), attach)) throw_lacking(*object_, "attach");
    auto kept = std::make_shared<AttachRequest>(std::move(request));
    sp_process* process = nullptr;
    Operation::Submit submit = [self = abi(), kept, &process](sp_sink* sink, sp_op** op,
                                                              sp_error* error) {
      const sp_attach wanted{sizeof(sp_attach),   0,
                             to_abi(kept->tag),   kept->pid,
                             kept->stdout_offset, kept->stderr_offset};
      return self->attach(self, &wanted, sink, op, &process, error);
    };
    auto options = process_options("attach", kept);
    auto operation = co_await start(object_, std::move(options), std::move(submit));
    co_return co_await adapt_process(object_, std::move(operation), process);
  }

  Task<std::vector<ProcessInfo>> processes() override {
    const auto json = co_await text("processes", SP_HAS(sp_sandbox, abi(), processes),
                                    [self = abi()](sp_sink* sink, sp_op** op, sp_error* error) {
                                      return self->processes(self, sink, op, error);
                                    });
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    if (!parsed.is_array()) throw_bad_json("processes");
    std::vector<ProcessInfo> found;
    for (const auto& item : parsed) found.push_back(parse_process(item));
    co_return found;
  }

  Task<HostUrl> host_url(std::uint16_t port) override {
    const auto json =
        co_await text("host_url", SP_HAS(sp_sandbox, abi(), host_url),
                      [self = abi(), port](sp_sink* sink, sp_op** op, sp_error* error) {
                        return self->host_url(self, port, sink, op, error);
                      });
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("url") || !parsed["url"].is_string()) {
      throw_bad_json("host_url");
    }
    HostUrl url{parsed["url"].get<std::string>(), {}};
    if (const auto headers = parsed.find("headers");
        headers != parsed.end() && headers->is_object()) {
      for (const auto& [name, value] : headers->items()) {
        if (value.is_string()) url.headers.emplace(name, value.get<std::string>());
      }
    }
    co_return url;
  }

  Task<void> set_timeout(std::chrono::milliseconds life) override {
    const auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(0, life.count()));
    co_await text("set_timeout", SP_HAS(sp_sandbox, abi(), set_timeout),
                  [self = abi(), milliseconds](sp_sink* sink, sp_op** op, sp_error* error) {
                    return self->set_timeout(self, milliseconds, sink, op, error);
                  });
  }

  Task<void> dispose() override {
    co_await text("dispose", SP_HAS(sp_sandbox, abi(), dispose),
                  [self = abi()](sp_sink* sink, sp_op** op, sp_error* error) {
                    return self->dispose(self, sink, op, error);
                  });
    info_.state = SandboxState::kEnded;
  }

  Task<std::unique_ptr<Watch>> watch(std::string path, WatchDepth depth) override {
    if (!SP_HAS(sp_sandbox_watch, watch_, watch)) throw_lacking(*object_, SP_SANDBOX_WATCH);
    co_return co_await adapt_watch(object_, watch_, std::move(path), depth);
  }

  PauseExtension* pause_extension() override { return pause_.get(); }
  SnapshotExtension* snapshot_extension() override { return snapshot_.get(); }
  MetricsExtension* metrics_extension() override { return metrics_.get(); }
  NetworkExtension* network_extension() override { return network_.get(); }

  bool has_native_search() const override {
    return SP_HAS(sp_sandbox_search, search_, glob) && SP_HAS(sp_sandbox_search, search_, grep);
  }
  Task<std::vector<std::string>> native_glob(GlobRequest request) override {
    if (!has_native_search()) throw_lacking(*object_, SP_SANDBOX_SEARCH);
    co_return co_await search_glob(object_, search_, std::move(request));
  }
  Task<std::vector<GrepMatch>> native_grep(GrepRequest request) override {
    if (!has_native_search()) throw_lacking(*object_, SP_SANDBOX_SEARCH);
    co_return co_await search_grep(object_, search_, std::move(request));
  }

 private:
  sp_sandbox* abi() const { return object_->abi(); }

  Task<std::string> text(std::string name, bool present, Operation::Submit submit) {
    if (!present) throw_lacking(*object_, name);
    co_return co_await run_for_text(object_, std::move(name), std::move(submit));
  }

  static OperationOptions process_options(std::string name, std::shared_ptr<const void> borrowed) {
    OperationOptions options;
    options.name = std::move(name);
    options.result = ResultType::kExit;
    options.borrowed = std::move(borrowed);
    options.pinned = true;
    return options;
  }

  [[noreturn]] void throw_bad_json(const std::string& function) const {
    throw Error(Code::kInternal, object_->monitor()->plugin() + ": the result of " + function +
                                     " is not the JSON that it should be");
  }

  static ProcessInfo parse_process(const nlohmann::json& item) {
    ProcessInfo process;
    if (!item.is_object()) return process;
    try {
      process.pid = item.value("pid", std::int64_t{0});
      process.tag = item.value("tag", std::string{});
      process.argv = item.value("argv", std::vector<std::string>{});
      process.running = item.value("running", false);
      process.exit_code = item.value("exit_code", 0);
    } catch (const nlohmann::json::exception&) {
      return process;  // a key of another type: what came before it still tells something
    }
    return process;
  }

  std::shared_ptr<SandboxObject> object_;
  SandboxInfo info_;
  std::unique_ptr<FileSystem> files_;
  const sp_sandbox_pty* pty_;
  const sp_sandbox_watch* watch_;
  const sp_sandbox_search* search_;
  std::unique_ptr<PauseExtension> pause_;
  std::unique_ptr<SnapshotExtension> snapshot_;
  std::unique_ptr<MetricsExtension> metrics_;
  std::unique_ptr<NetworkExtension> network_;
};

}  // namespace

std::unique_ptr<Sandbox> adapt_sandbox(std::shared_ptr<SandboxObject> object, SandboxInfo info) {
  sp_sandbox* const abi = object->abi();
  if (!SP_HAS(sp_sandbox, abi, exec) || !SP_HAS(sp_sandbox, abi, close) ||
      object->extension<sp_fs>(SP_FS) == nullptr) {
    object->monitor()->report(rule::kIncomplete, "a sandbox lacks exec, close or " SP_FS);
    throw Error(Code::kInternal,
                object->monitor()->plugin() + ": its sandbox lacks exec, close or " SP_FS);
  }
  return std::make_unique<AbiSandbox>(std::move(object), std::move(info));
}

}  // namespace sandport::adapt
