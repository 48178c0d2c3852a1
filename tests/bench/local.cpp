// The local backend, through the ABI, against the plain system calls.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/sandbox/sandbox.hpp"
#include "host/assembly/agent.hpp"
#include "host/assembly/runtime.hpp"
#include "host/engine/block_on.hpp"
#include "host/engine/engine.hpp"
#include "tests/bench/measure.hpp"

extern char** environ;

namespace sandport::bench {
namespace {

constexpr std::size_t kProcesses = 100;
constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::size_t kChunks = 128;
constexpr double kMegabytes = kChunk * kChunks / 1e6;
constexpr int kRepeats = 3;

[[noreturn]] void fail(const char* what) { throw Error(Code::kInternal, what); }

double spawn_plainly() {
  std::string program = "/bin/true";
  char* const arguments[] = {program.data(), nullptr};
  pid_t child = 0;
  int status = 0;
  const Instant begin = now();
  if (::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0 ||
      ::waitpid(child, &status, 0) != child) {
    fail("posix_spawn failed");
  }
  return microseconds(begin, now());
}

Task<double> exec_once(Sandbox& sandbox) {
  ExecRequest request;
  request.argv.emplace_back("/bin/true");
  const Instant begin = now();
  const std::unique_ptr<Process> process = co_await sandbox.exec(std::move(request));
  const ExitStatus status = co_await process->wait();
  if (!status.success()) fail("exec failed");
  co_return microseconds(begin, now());
}

class ChunkStream final : public ByteStream {
 public:
  Task<std::string> next() override { co_return left_-- > 0 ? chunk_ : std::string(); }

 private:
  std::string chunk_ = std::string(kChunk, 'x');
  std::ptrdiff_t left_ = kChunks;
};

void write_plainly(const std::string& path) {
  const std::string chunk(kChunk, 'x');
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  for (std::size_t i = 0; i < kChunks; ++i) {
    if (::write(file, chunk.data(), chunk.size()) != static_cast<ssize_t>(kChunk)) {
      fail("write failed");
    }
  }
  ::close(file);
}

void read_plainly(const std::string& path) {
  std::string chunk(kChunk, '\0');
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::size_t total = 0;
  for (ssize_t got = 0; (got = ::read(file, chunk.data(), chunk.size())) > 0;) {
    total += static_cast<std::size_t>(got);
  }
  ::close(file);
  if (total != kChunk * kChunks) fail("read failed");
}

Task<void> write_through(Sandbox& sandbox, std::string path) {
  std::unique_ptr<ByteStream> content = std::make_unique<ChunkStream>();
  const FileEntry entry = co_await sandbox.files().write(std::move(path), std::move(content),
                                                         kChunk * kChunks, WriteMode::kReplace);
  if (entry.size != kChunk * kChunks) fail("the backend wrote something else");
}

Task<void> read_through(Sandbox& sandbox, std::string path) {
  const std::unique_ptr<ByteStream> content = co_await sandbox.files().read(std::move(path));
  std::size_t total = 0;
  for (std::string chunk = co_await content->next(); !chunk.empty();) {
    total += chunk.size();
    chunk = co_await content->next();
  }
  if (total != kChunk * kChunks) fail("the backend read something else");
}

// MB/s of the median.
template <typename Work>
double throughput(Work work) {
  std::vector<double> times;
  for (int i = 0; i < kRepeats; ++i) {
    const Instant begin = now();
    work();
    times.push_back(microseconds(begin, now()));
  }
  return kMegabytes / (median(std::move(times)) / 1e6);
}

// A sandbox for one measurement, disposed of at its end.
template <typename Work>
void with_sandbox(Agent& agent, Work work) {
  Engine& engine = agent.runtime().engine();
  const std::unique_ptr<Sandbox> sandbox = block_on(engine, agent.backend().create(SandboxSpec()));
  work(engine, *sandbox);
  block_on(engine, sandbox->dispose());
}

}  // namespace

void measure_exec(Agent& agent) {
  with_sandbox(agent, [](Engine& engine, Sandbox& sandbox) {
    std::vector<double> plain;
    std::vector<double> ours;
    for (std::size_t i = 0; i < kProcesses; ++i) {
      plain.push_back(spawn_plainly());
      ours.push_back(block_on(engine, exec_once(sandbox)));
    }
    report("exec", median(std::move(ours)));
    report("posix_spawn", median(std::move(plain)));
  });
}

void measure_files(Agent& agent, const std::string& directory) {
  with_sandbox(agent, [&directory](Engine& engine, Sandbox& sandbox) {
    const std::string plain = directory + "/plain";
    const std::string ours = sandbox.info().work_dir + "/ours";
    report("write", throughput([&] { block_on(engine, write_through(sandbox, ours)); }));
    report("plain_write", throughput([&] { write_plainly(plain); }));
    report("read", throughput([&] { block_on(engine, read_through(sandbox, ours)); }));
    report("plain_read", throughput([&] { read_plainly(plain); }));
    ::unlink(plain.c_str());
  });
}

}  // namespace sandport::bench
