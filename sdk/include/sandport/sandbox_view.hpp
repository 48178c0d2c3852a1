// A sandbox as a tool uses it: lent by the host for one call.
#pragma once

#include <sandport/abi.h>
#include <sandport/bytes_reader.hpp>
#include <sandport/entry.hpp>
#include <sandport/error.hpp>
#include <sandport/exec.hpp>
#include <sandport/stream.hpp>
#include <sandport/task.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandport {
inline namespace v1 {

// Output of which at most `head` + `tail` bytes are kept: the first and the last.
class CappedText {
 public:
  CappedText() = default;
  CappedText(std::size_t head, std::size_t tail) : head_limit_(head), tail_limit_(tail) {}

  void append(std::string_view bytes) {
    total_ += bytes.size();
    const auto room = head_limit_ - head_.size();
    head_.append(bytes.substr(0, room));
    if (bytes.size() <= room) return;
    tail_.append(bytes.substr(room));
    // Cut seldom: each cut moves the whole tail.
    if (tail_.size() / 2 > tail_limit_) tail_.erase(0, tail_.size() - tail_limit_);
  }

  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
  [[nodiscard]] std::uint64_t omitted() const noexcept {
    const auto tail = tail_.size() < tail_limit_ ? tail_.size() : tail_limit_;
    return total_ - head_.size() - tail;
  }
  // Head, `note` when something is missing, tail.
  [[nodiscard]] std::string text(std::string_view note = "\n…\n") const {
    std::string result = head_;
    if (omitted() != 0) result += note;
    result += tail_.size() > tail_limit_ ? tail_.substr(tail_.size() - tail_limit_) : tail_;
    return result;
  }

 private:
  std::size_t head_limit_ = SIZE_MAX;
  std::size_t tail_limit_ = 0;
  std::string head_;
  std::string tail_;
  std::uint64_t total_ = 0;
};

// How much of each output stream run() keeps. The default keeps all.
struct OutputLimit {
  std::size_t head = SIZE_MAX;
  std::size_t tail = 0;
};

struct RunResult {
  ExitStatus exit;
  CappedText out;
  CappedText err;
  bool gap = false;  // the sandbox lost some output
};

// A process event: STARTED, STDOUT, STDERR, PTY or GAP.
struct ProcessDecoder {
  using Item = Event;
  using Result = ExitStatus;
  static std::optional<Item> item(std::uint32_t channel, sp_bytes payload) {
    return Event{channel, to_string(payload)};
  }
  static Result result(sp_bytes bytes) { return detail::to_exit(bytes); }
  static std::size_t weight(const Item& item) noexcept { return item.payload.size(); }
};

// A process that runs in a sandbox. Destroying it stops watching (or kills, see OnCancel).
class RunningProcess {
 public:
  RunningProcess(BasicStream<ProcessDecoder> stream, sp_process* process)
      : stream_(std::move(stream)), process_(process) {}

  // 0 until STARTED, and where the sandbox has no pids.
  [[nodiscard]] std::int64_t pid() const { return process_->pid(process_); }
  [[nodiscard]] Task<std::optional<Event>> next() { return stream_.next(); }
  [[nodiscard]] Task<ExitStatus> wait() { return stream_.result(); }
  void cancel() noexcept { stream_.cancel(); }

  [[nodiscard]] Task<void> write_stdin(std::string bytes) {
    return write_stdin(process_, std::move(bytes));
  }
  [[nodiscard]] Task<void> close_stdin() {
    return simple(process_, [](sp_process* process, sp_sink* sink, sp_op** op, sp_error* error) {
      return process->close_stdin(process, sink, op, error);
    });
  }
  [[nodiscard]] Task<void> signal(int number) {
    return simple(process_,
                  [number](sp_process* process, sp_sink* sink, sp_op** op, sp_error* error) {
                    return process->signal(process, number, sink, op, error);
                  });
  }
  [[nodiscard]] Task<void> resize(TerminalSize size) {
    return simple(process_,
                  [size](sp_process* process, sp_sink* sink, sp_op** op, sp_error* error) {
                    return process->resize(process, size.rows, size.columns, sink, op, error);
                  });
  }

 private:
  static Task<void> write_stdin(sp_process* process, std::string bytes) {
    co_await call([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return process->write_stdin(process, to_bytes(bytes), sink, op, error);
    });
  }
  template <class Submit>
  static Task<void> simple(sp_process* process, Submit submit) {
    co_await call([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return submit(process, sink, op, error);
    });
  }

  BasicStream<ProcessDecoder> stream_;
  sp_process* process_;  // as long as stream_
};

namespace detail {

struct EntryDecoder {
  using Item = Entry;
  using Result = Entry;
  static std::optional<Item> item(std::uint32_t channel, sp_bytes payload) {
    if (channel != SP_CHANNEL_ENTRY) return std::nullopt;
    return to_entry(payload);
  }
  static Result result(sp_bytes bytes) { return bytes.size == 0 ? Entry{} : to_entry(bytes); }
  static std::size_t weight(const Item& item) noexcept { return sizeof item + item.path.size(); }
};

struct MatchDecoder {
  using Item = Match;
  using Result = std::monostate;
  static std::optional<Item> item(std::uint32_t channel, sp_bytes payload) {
    if (channel != SP_CHANNEL_MATCH) return std::nullopt;
    return to_match(payload);
  }
  static Result result(sp_bytes) { return {}; }
  static std::size_t weight(const Item& item) noexcept {
    return sizeof item + item.path.size() + item.line.size();
  }
};

}  // namespace detail

// Paths are absolute; see Call::resolve. Copy it freely; valid during the call it was lent for.
class SandboxView {
 public:
  explicit SandboxView(sp_sandbox* sandbox) noexcept : sandbox_(sandbox) {}

  [[nodiscard]] sp_sandbox* raw() const noexcept { return sandbox_; }
  [[nodiscard]] std::string id() const { return to_string(sandbox_->id(sandbox_)); }

  // JSON, see abi/sandbox.h.
  [[nodiscard]] Task<std::string> info() const { return text(sandbox_, sandbox_->info); }
  [[nodiscard]] Task<std::string> processes() const { return text(sandbox_, sandbox_->processes); }
  [[nodiscard]] Task<std::string> host_url(std::uint32_t port) const {
    return host_url(sandbox_, port);
  }

  // Starts a process; read its events from what comes back.
  [[nodiscard]] Task<RunningProcess> exec(ExecRequest request) const {
    return exec(sandbox_, std::move(request));
  }
  // A process that runs or ran here, its kept output first.
  [[nodiscard]] Task<RunningProcess> attach(AttachRequest request) const {
    return attach(sandbox_, std::move(request));
  }
  // Runs a process to its end. It is killed when the call is cancelled, unless it is detached.
  [[nodiscard]] Task<RunResult> run(ExecRequest request, OutputLimit limit = {}) const {
    return run(sandbox_, std::move(request), limit);
  }

  [[nodiscard]] Task<Entry> stat(std::string path, Symlinks symlinks = Symlinks::kFollow) const {
    return stat(sandbox_, std::move(path), symlinks);
  }
  // Content from `offset` on, as DATA events.
  [[nodiscard]] Task<Stream> read(std::string path, std::uint64_t offset = 0,
                                  std::uint64_t limit = SP_READ_ALL) const {
    return read(sandbox_, std::move(path), offset, limit);
  }
  // Throws SP_RESOURCE_EXHAUSTED beyond `most` bytes.
  [[nodiscard]] Task<std::string> read_all(std::string path, std::size_t most) const {
    return read_all(sandbox_, std::move(path), most);
  }
  [[nodiscard]] Task<Entry> write(std::string path, std::string content,
                                  WriteOptions options = {}) const {
    const auto size = static_cast<std::uint64_t>(content.size());
    return write(sandbox_, std::move(path), make_reader(std::move(content)), size, options);
  }
  [[nodiscard]] Task<Entry> write(std::string path, ReaderHandle content, std::uint64_t size,
                                  WriteOptions options = {}) const {
    return write(sandbox_, std::move(path), std::move(content), size, options);
  }
  // Children to `depth` levels, unordered.
  [[nodiscard]] Task<std::vector<Entry>> list(std::string path, std::uint32_t depth = 1) const {
    return list(sandbox_, std::move(path), depth);
  }
  [[nodiscard]] Task<void> mkdir(std::string path, MkdirOptions options = {}) const {
    return mkdir(sandbox_, std::move(path), options);
  }
  [[nodiscard]] Task<void> remove(std::string path, RemoveMode mode = RemoveMode::kSingle) const {
    return remove(sandbox_, std::move(path), mode);
  }
  [[nodiscard]] Task<void> rename(std::string from, std::string to) const {
    return rename(sandbox_, std::move(from), std::move(to));
  }
  [[nodiscard]] Task<void> set_mode(std::string path, std::uint32_t mode) const {
    return set_mode(sandbox_, std::move(path), mode);
  }

  // Absolute paths, sorted.
  [[nodiscard]] Task<std::vector<std::string>> glob(GlobRequest request) const {
    return glob(sandbox_, std::move(request));
  }
  [[nodiscard]] Task<std::vector<Match>> grep(GrepRequest request) const {
    return grep(sandbox_, std::move(request));
  }

  // A table by id, or nullptr.
  template <class Table>
  [[nodiscard]] const Table* extension(const char* id) const {
    return static_cast<const Table*>(sandbox_->get_extension(sandbox_, id));
  }

 private:
  using TextCall = sp_code (*)(sp_sandbox*, sp_sink*, sp_op**, sp_error*);

  template <class Table>
  static const Table* table(sp_sandbox* sandbox, const char* id) {
    const auto* found = static_cast<const Table*>(sandbox->get_extension(sandbox, id));
    if (found == nullptr) {
      throw Error(SP_UNIMPLEMENTED, std::string{"this sandbox lacks the extension "} + id);
    }
    return found;
  }
  static const sp_fs* files(sp_sandbox* sandbox) { return table<sp_fs>(sandbox, SP_FS); }

  static Task<std::string> text(sp_sandbox* sandbox, TextCall submit) {
    co_return co_await call([=](sp_sink* sink, sp_op** op, sp_error* error) {
      return submit(sandbox, sink, op, error);
    });
  }
  static Task<std::string> host_url(sp_sandbox* sandbox, std::uint32_t port) {
    co_return co_await call([=](sp_sink* sink, sp_op** op, sp_error* error) {
      return sandbox->host_url(sandbox, port, sink, op, error);
    });
  }
  static Task<RunningProcess> exec(sp_sandbox* sandbox, ExecRequest request) {
    sp_process* process = nullptr;
    auto stream = co_await open<ProcessDecoder>([&](sp_sink* sink, sp_op** op, sp_error* error) {
      const detail::RawExec raw{request};
      return sandbox->exec(sandbox, raw.get(), sink, op, &process, error);
    });
    co_return RunningProcess{std::move(stream), process};
  }
  static Task<RunningProcess> attach(sp_sandbox* sandbox, AttachRequest request) {
    sp_process* process = nullptr;
    auto stream = co_await open<ProcessDecoder>([&](sp_sink* sink, sp_op** op, sp_error* error) {
      sp_attach raw{};
      raw.struct_size = kStructSize<sp_attach>;
      raw.tag = to_str(request.tag);
      raw.pid = request.pid;
      raw.stdout_offset = request.stdout_offset;
      raw.stderr_offset = request.stderr_offset;
      return sandbox->attach(sandbox, &raw, sink, op, &process, error);
    });
    co_return RunningProcess{std::move(stream), process};
  }
  static Task<RunResult> run(sp_sandbox* sandbox, ExecRequest request, OutputLimit limit) {
    if (request.lifetime == Lifetime::kAttached) request.on_cancel = OnCancel::kKill;
    auto process = co_await exec(sandbox, std::move(request));
    RunResult result;
    result.out = CappedText{limit.head, limit.tail};
    result.err = CappedText{limit.head, limit.tail};
    while (auto event = co_await process.next()) {
      if (event->channel == SP_CHANNEL_STDOUT) result.out.append(event->payload);
      if (event->channel == SP_CHANNEL_STDERR) result.err.append(event->payload);
      if (event->channel == SP_CHANNEL_GAP) result.gap = true;
    }
    result.exit = co_await process.wait();
    co_return result;
  }
  static Task<Entry> stat(sp_sandbox* sandbox, std::string path, Symlinks symlinks) {
    const auto* fs = files(sandbox);
    const std::uint32_t flags = detail::flag(symlinks == Symlinks::kNoFollow, SP_STAT_NO_FOLLOW);
    co_return co_await call<detail::EntryDecoder>([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return fs->stat(sandbox, to_str(path), flags, sink, op, error);
    });
  }
  static Task<Stream> read(sp_sandbox* sandbox, std::string path, std::uint64_t offset,
                           std::uint64_t limit) {
    const auto* fs = files(sandbox);
    co_return co_await open([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return fs->read(sandbox, to_str(path), offset, limit, sink, op, error);
    });
  }
  static Task<std::string> read_all(sp_sandbox* sandbox, std::string path, std::size_t most) {
    auto stream = co_await read(sandbox, path, 0, SP_READ_ALL);
    std::string content;
    while (auto event = co_await stream.next()) {
      if (event->channel != SP_CHANNEL_DATA) continue;
      if (event->payload.size() > most - content.size()) {
        throw Error(SP_RESOURCE_EXHAUSTED,
                    path + " is larger than " + std::to_string(most) + " bytes", "EFBIG");
      }
      content += event->payload;
    }
    co_await stream.result();
    co_return content;
  }
  static Task<Entry> write(sp_sandbox* sandbox, std::string path, ReaderHandle content,
                           std::uint64_t size, WriteOptions options) {
    const auto* fs = files(sandbox);
    const std::uint32_t flags = detail::flag(options.append, SP_WRITE_APPEND) |
                                detail::flag(options.exclusive, SP_WRITE_EXCLUSIVE) |
                                detail::flag(options.parents, SP_WRITE_PARENTS);
    co_return co_await call<detail::EntryDecoder>([&](sp_sink* sink, sp_op** op, sp_error* error) {
      const auto code = fs->write(sandbox, to_str(path), flags, options.mode, content.get(), size,
                                  sink, op, error);
      if (code == SP_OK) static_cast<void>(content.release());  // the callee's now
      return code;
    });
  }
  static Task<std::vector<Entry>> list(sp_sandbox* sandbox, std::string path, std::uint32_t depth) {
    const auto* fs = files(sandbox);
    auto stream =
        co_await open<detail::EntryDecoder>([&](sp_sink* sink, sp_op** op, sp_error* error) {
          return fs->list(sandbox, to_str(path), depth, sink, op, error);
        });
    std::vector<Entry> entries;
    while (auto entry = co_await stream.next()) entries.push_back(std::move(*entry));
    co_await stream.result();
    co_return entries;
  }
  static Task<void> mkdir(sp_sandbox* sandbox, std::string path, MkdirOptions options) {
    const auto* fs = files(sandbox);
    co_await call([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return fs->mkdir(sandbox, to_str(path), detail::flag(options.parents, SP_MKDIR_PARENTS),
                       options.mode, sink, op, error);
    });
  }
  static Task<void> remove(sp_sandbox* sandbox, std::string path, RemoveMode mode) {
    const auto* fs = files(sandbox);
    co_await call([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return fs->remove(sandbox, to_str(path),
                        detail::flag(mode == RemoveMode::kRecursive, SP_REMOVE_RECURSIVE), sink, op,
                        error);
    });
  }
  static Task<void> rename(sp_sandbox* sandbox, std::string from, std::string to) {
    const auto* fs = files(sandbox);
    co_await call([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return fs->rename(sandbox, to_str(from), to_str(to), sink, op, error);
    });
  }
  static Task<void> set_mode(sp_sandbox* sandbox, std::string path, std::uint32_t mode) {
    const auto* fs = files(sandbox);
    if (!SP_HAS(sp_fs, fs, set_mode)) {
      throw Error(SP_UNIMPLEMENTED, "this sandbox cannot change file modes");
    }
    co_await call([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return fs->set_mode(sandbox, to_str(path), mode, sink, op, error);
    });
  }
  static Task<std::vector<std::string>> glob(sp_sandbox* sandbox, GlobRequest request) {
    const auto* search = table<sp_sandbox_search>(sandbox, SP_SANDBOX_SEARCH);
    const auto raw = detail::to_abi(request);
    auto stream = co_await open([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return search->glob(sandbox, &raw, sink, op, error);
    });
    std::vector<std::string> paths;
    while (auto event = co_await stream.next()) {
      if (event->channel == SP_CHANNEL_PATH) paths.push_back(std::move(event->payload));
    }
    co_await stream.result();
    co_return paths;
  }
  static Task<std::vector<Match>> grep(sp_sandbox* sandbox, GrepRequest request) {
    const auto* search = table<sp_sandbox_search>(sandbox, SP_SANDBOX_SEARCH);
    const auto raw = detail::to_abi(request);
    auto stream =
        co_await open<detail::MatchDecoder>([&](sp_sink* sink, sp_op** op, sp_error* error) {
          return search->grep(sandbox, &raw, sink, op, error);
        });
    std::vector<Match> matches;
    while (auto match = co_await stream.next()) matches.push_back(std::move(*match));
    co_await stream.result();
    co_return matches;
  }

  sp_sandbox* sandbox_;
};

}  // namespace v1
}  // namespace sandport
