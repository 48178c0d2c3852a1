// Commands and files of one sandbox.
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/sandbox/sandbox.hpp"
#include "host/engine/block_on.hpp"
#include "host/engine/engine.hpp"
#include "tests/bench/e2b.hpp"
#include "tests/bench/measure.hpp"

namespace sandport::bench {
namespace {

constexpr std::size_t kCommands = 100;
constexpr std::size_t kAtOnce = 64;
constexpr std::size_t kSmallFiles = 200;
constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::size_t kChunks = 256;

[[noreturn]] void fail(const char* what) { throw Error(Code::kInternal, what); }

// What the official client starts for the command `true`.
Task<double> exec_once(Sandbox& sandbox) {
  ExecRequest request;
  request.argv = {"/bin/bash", "-l", "-c", "true"};
  const Instant begin = now();
  const std::unique_ptr<Process> process = co_await sandbox.exec(std::move(request));
  const ExitStatus status = co_await process->wait();
  if (!status.success()) fail("exec failed");
  co_return microseconds(begin, now());
}

Task<void> write_small(Sandbox& sandbox, std::string path) {
  std::unique_ptr<ByteStream> content = std::make_unique<StringStream>(std::string(1024, 'x'));
  const FileEntry entry = co_await sandbox.files().write(std::move(path), std::move(content), 1024,
                                                         WriteMode::kReplace);
  if (entry.size != 1024) fail("a small file was written wrongly");
}

Task<std::size_t> read_size(Sandbox& sandbox, std::string path) {
  const std::unique_ptr<ByteStream> content = co_await sandbox.files().read(std::move(path));
  std::size_t total = 0;
  for (std::string chunk = co_await content->next(); !chunk.empty();) {
    total += chunk.size();
    chunk = co_await content->next();
  }
  co_return total;
}

// The same bytes as e2b.mjs makes; they do not compress within a chunk.
class LargeContent final : public ByteStream {
 public:
  LargeContent() {
    std::uint32_t state = 12345;
    for (char& byte : chunk_) {
      state = state * 1664525u + 1013904223u;
      byte = static_cast<char>(state >> 24u);
    }
  }
  Task<std::string> next() override { co_return left_-- > 0 ? chunk_ : std::string(); }

 private:
  std::string chunk_ = std::string(kChunk, '\0');
  std::ptrdiff_t left_ = kChunks;
};

Task<void> write_large(Sandbox& sandbox, std::string path) {
  std::unique_ptr<ByteStream> content = std::make_unique<LargeContent>();
  const FileEntry entry = co_await sandbox.files().write(std::move(path), std::move(content),
                                                         kChunk * kChunks, WriteMode::kReplace);
  if (entry.size != kChunk * kChunks) fail("the large file was written wrongly");
}

void measure_round_trips(const Engine& engine, Sandbox& sandbox) {
  std::vector<double> times;
  for (std::size_t i = 0; i < kCommands; ++i) {
    times.push_back(block_on(engine, exec_once(sandbox)));
  }
  std::sort(times.begin(), times.end());
  report("exec_p50", times[kCommands / 2]);
  report("exec_p99", times[kCommands * 99 / 100]);
}

void measure_at_once(const Engine& engine, Sandbox& sandbox) {
  const Instant begin = now();
  std::vector<std::future<double>> running;
  running.reserve(kAtOnce);
  for (std::size_t i = 0; i < kAtOnce; ++i) running.push_back(start(engine, exec_once(sandbox)));
  for (std::future<double>& one : running) one.get();
  report("exec_64", microseconds(begin, now()));
}

void measure_small_files(const Engine& engine, Sandbox& sandbox) {
  const std::string path = sandbox.info().work_dir + "/small-";
  const Instant begin = now();
  for (std::size_t i = 0; i < kSmallFiles; ++i) {
    block_on(engine, write_small(sandbox, path + std::to_string(i)));
  }
  const Instant written = now();
  for (std::size_t i = 0; i < kSmallFiles; ++i) {
    if (block_on(engine, read_size(sandbox, path + std::to_string(i))) != 1024) {
      fail("a small file was read wrongly");
    }
  }
  report("small_writes", kSmallFiles * 1e6 / microseconds(begin, written));
  report("small_reads", kSmallFiles * 1e6 / microseconds(written, now()));
}

}  // namespace

void measure_e2b_commands(const Engine& engine, Backend& backend) {
  const Instant begin = now();
  const std::unique_ptr<Sandbox> sandbox = block_on(engine, backend.create(SandboxSpec()));
  block_on(engine, exec_once(*sandbox));
  report("first_command", microseconds(begin, now()));
  measure_round_trips(engine, *sandbox);
  measure_at_once(engine, *sandbox);
  measure_small_files(engine, *sandbox);
  block_on(engine, sandbox->dispose());
}

void measure_e2b_transfer(const Engine& engine, Backend& backend) {
  const std::unique_ptr<Sandbox> sandbox = block_on(engine, backend.create(SandboxSpec()));
  const std::string path = sandbox->info().work_dir + "/large";
  const Instant begin = now();
  block_on(engine, write_large(*sandbox, path));
  const Instant written = now();
  if (block_on(engine, read_size(*sandbox, path)) != kChunk * kChunks) {
    fail("the large file was read wrongly");
  }
  constexpr double kBytes = kChunk * kChunks;
  report("up", kBytes / microseconds(begin, written));  // MB/s
  report("down", kBytes / microseconds(written, now()));
  block_on(engine, sandbox->dispose());
}

}  // namespace sandport::bench
