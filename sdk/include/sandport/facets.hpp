// Writing a backend, part three: what a sandbox may have beyond processes and files. Each facet is
// optional; a Sandbox that has one returns it from the accessor of the same name.
#pragma once

#include <sandport/abi.h>
#include <sandport/entry.hpp>
#include <sandport/error.hpp>
#include <sandport/operation.hpp>
#include <sandport/process.hpp>
#include <sandport/task.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace sandport {
inline namespace v1 {

class Sandbox;

// What create, connect and fork bring: the object and its info JSON (abi/sandbox.h).
struct CreatedSandbox {
  std::unique_ptr<Sandbox> sandbox;
  std::string info;
};

class Facet {
 public:
  Facet() = default;
  Facet(const Facet&) = delete;
  Facet& operator=(const Facet&) = delete;
  virtual ~Facet() = default;
};

class WatchOutput {
 public:
  explicit WatchOutput(Emitter& emitter) noexcept : emitter_(emitter) {}
  [[nodiscard]] Task<void> write(WatchEvent event) { return write(emitter_, std::move(event)); }
  [[nodiscard]] Emitter& emitter() noexcept { return emitter_; }

 private:
  static Task<void> write(Emitter& emitter, WatchEvent event) {
    const sp_watch_event raw{kStructSize<sp_watch_event>, static_cast<std::uint32_t>(event.type),
                             to_str(event.path)};
    co_await emitter.emit(SP_CHANNEL_WATCH, detail::struct_view(raw));
  }
  Emitter& emitter_;
};

enum class WatchDepth { kOne, kRecursive };

class Watch : public Facet {
 public:
  // Until cancelled; kReady first.
  [[nodiscard]] virtual Task<void> watch(std::string path, WatchDepth depth,
                                         WatchOutput& output) = 0;
};

class Pty : public Facet {
 public:
  // As Sandbox::exec, on a new terminal.
  [[nodiscard]] virtual std::shared_ptr<Process> exec(ExecRequest request, TerminalSize size) = 0;
};

class Pause : public Facet {
 public:
  [[nodiscard]] virtual Task<void> pause() = 0;
  [[nodiscard]] virtual Task<void> resume() = 0;
};

class Snapshot : public Facet {
 public:
  [[nodiscard]] virtual Task<std::string> create(std::string name) = 0;
  [[nodiscard]] virtual Task<std::string> list() = 0;
  [[nodiscard]] virtual Task<void> restore(std::string id) {
    throw Error(SP_UNIMPLEMENTED, "cannot restore snapshot " + id);
  }
  [[nodiscard]] virtual Task<void> remove(std::string id) {
    throw Error(SP_UNIMPLEMENTED, "cannot remove snapshot " + id);
  }
  [[nodiscard]] virtual Task<CreatedSandbox> fork();
};

class Metrics : public Facet {
 public:
  // Seconds since the Unix epoch; 0: no bound.
  [[nodiscard]] virtual Task<std::string> read(std::int64_t since, std::int64_t until) = 0;
  [[nodiscard]] virtual Task<std::string> logs() {
    throw Error(SP_UNIMPLEMENTED, "this sandbox has no log");
  }
};

class Network : public Facet {
 public:
  [[nodiscard]] virtual Task<std::string> get_policy() = 0;
  [[nodiscard]] virtual Task<void> set_policy(std::string policy) = 0;
};

class PathOutput {
 public:
  explicit PathOutput(Emitter& emitter) noexcept : emitter_(emitter) {}
  [[nodiscard]] Task<void> write(std::string_view path) {
    return emitter_.emit(SP_CHANNEL_PATH, path);
  }
  void write_blocking(std::string_view path) { emitter_.emit_blocking(SP_CHANNEL_PATH, path); }
  [[nodiscard]] Emitter& emitter() noexcept { return emitter_; }

 private:
  Emitter& emitter_;
};

class MatchOutput {
 public:
  explicit MatchOutput(Emitter& emitter) noexcept : emitter_(emitter) {}
  [[nodiscard]] Task<void> write(Match match) { return write(emitter_, std::move(match)); }
  void write_blocking(const Match& match) {
    const auto raw = to_abi(match);
    emitter_.emit_blocking(SP_CHANNEL_MATCH, detail::struct_view(raw));
  }
  [[nodiscard]] Emitter& emitter() noexcept { return emitter_; }

 private:
  static sp_match to_abi(const Match& match) noexcept {
    return {kStructSize<sp_match>, match.context ? 1u : 0u, match.number, to_str(match.path),
            to_str(match.line)};
  }
  static Task<void> write(Emitter& emitter, Match match) {
    const auto raw = to_abi(match);
    co_await emitter.emit(SP_CHANNEL_MATCH, detail::struct_view(raw));
  }
  Emitter& emitter_;
};

class Search : public Facet {
 public:
  // Absolute paths, sorted.
  [[nodiscard]] virtual Task<void> glob(GlobRequest request, PathOutput& output) = 0;
  // File by file, lines in order; binary files are skipped.
  [[nodiscard]] virtual Task<void> grep(GrepRequest request, MatchOutput& output) = 0;
};

}  // namespace v1
}  // namespace sandport
