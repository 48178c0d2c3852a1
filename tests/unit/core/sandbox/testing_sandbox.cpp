#include "testing_sandbox.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <poll.h>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "core/error.hpp"
#include "core/sandbox/path.hpp"

namespace sandport::testing {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, int number) {
  const bool missing = number == ENOENT;
  throw Error(missing ? Code::kNotFound : Code::kFailedPrecondition,
              path + ": " + std::generic_category().message(number), Retry::kNo, {},
              missing             ? "ENOENT"
              : number == ENOTDIR ? "ENOTDIR"
                                  : "EIO");
}

FileEntry entry_of(const std::string& path) {
  std::error_code failure;
  const auto status = fs::symlink_status(path, failure);
  if (!fs::exists(status)) fail(path, ENOENT);
  FileEntry entry;
  entry.path = path;
  entry.name = path_name(path);
  entry.mode = static_cast<std::uint32_t>(status.permissions());
  if (fs::is_directory(status)) entry.type = FileType::kDirectory;
  if (fs::is_symlink(status)) entry.type = FileType::kSymlink;
  if (fs::is_regular_file(status)) {
    entry.type = FileType::kRegular;
    entry.size = fs::file_size(path);
  }
  return entry;
}

// A command that has already run; its output is read from memory.
class FinishedProcess final : public Process {
 public:
  FinishedProcess(std::vector<OutputChunk> output, ExitStatus status)
      : output_(std::move(output)), status_(status) {}

  std::int64_t pid() const override { return 4711; }
  Task<std::optional<OutputChunk>> next_output() override {
    if (next_ == output_.size()) co_return std::nullopt;
    co_return output_[next_++];
  }
  Task<ExitStatus> wait() override { co_return status_; }
  Task<void> write_stdin(std::string_view) override { co_return; }
  Task<void> close_stdin() override { co_return; }
  Task<void> signal(int) override { co_return; }
  Task<void> resize(PtySize) override { co_return; }

 private:
  std::vector<OutputChunk> output_;
  ExitStatus status_;
  std::size_t next_ = 0;
};

[[noreturn]] void run_child(const ExecRequest& request, const std::string& path, int out, int err) {
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  for (const auto& [name, value] : request.env) setenv(name.c_str(), value.c_str(), 1);
  if (!path.empty()) setenv("PATH", path.c_str(), 1);
  if (!request.cwd.empty() && chdir(request.cwd.c_str()) != 0) _exit(126);
  std::vector<char*> argv;
  for (const auto& argument : request.argv) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0][0] == '/' ? argv[0] : ("/bin/" + request.argv[0]).c_str(), argv.data());
  _exit(127);
}

std::unique_ptr<Process> run_to_end(const ExecRequest& request, const std::string& path) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (pipe(out.data()) != 0 || pipe(err.data()) != 0) fail("pipe", errno);
  const pid_t child = fork();
  if (child == 0) run_child(request, path, out[1], err[1]);
  close(out[1]);
  close(err[1]);
  std::vector<OutputChunk> output;
  std::array<pollfd, 2> ends{{{out[0], POLLIN, 0}, {err[0], POLLIN, 0}}};
  std::array<char, 1000> buffer;  // small and odd, so that records are cut anywhere
  for (int open = 2; open > 0;) {
    poll(ends.data(), ends.size(), -1);
    for (auto& end : ends) {
      if (end.fd < 0 || end.revents == 0) continue;
      const auto size = ::read(end.fd, buffer.data(), buffer.size());
      if (size > 0) {
        output.push_back({end.fd == out[0] ? OutputChannel::kStdout : OutputChannel::kStderr,
                          std::string(buffer.data(), static_cast<std::size_t>(size))});
        continue;
      }
      close(end.fd);
      end.fd = -1;
      --open;
    }
  }
  int raw = 0;
  waitpid(child, &raw, 0);
  return std::make_unique<FinishedProcess>(std::move(output),
                                           ExitStatus{ExitReason::kExited, WEXITSTATUS(raw), 0});
}

}  // namespace

TestingSandbox::TestingSandbox() {
  info_.id = "testing-1";
  info_.home = info_.work_dir = "/tmp";
  info_.json = R"({"id":"testing-1","home":"/tmp","work_dir":"/tmp"})";
}

Task<SandboxInfo> TestingSandbox::refresh() { co_return info_; }

Task<std::unique_ptr<Process>> TestingSandbox::exec(ExecRequest request) {
  co_return run_to_end(request, path_variable);
}

Task<std::unique_ptr<Process>> TestingSandbox::attach(AttachRequest) {
  throw Error(Code::kNotFound, "no such process");
}

Task<std::vector<ProcessInfo>> TestingSandbox::processes() {
  co_return std::vector<ProcessInfo>{{4711, "tag", {"sh", "-c", "true"}, false, 3}};
}

Task<HostUrl> TestingSandbox::host_url(std::uint16_t port) {
  co_return HostUrl{"http://localhost:" + std::to_string(port), {{"x-access", "yes"}}};
}

Task<void> TestingSandbox::set_timeout(std::chrono::milliseconds) { co_return; }
Task<void> TestingSandbox::dispose() {
  info_.state = SandboxState::kEnded;
  co_return;
}

Task<std::unique_ptr<Watch>> TestingSandbox::watch(std::string, WatchDepth) {
  throw Error(Code::kUnimplemented, "no watch here");
}

Task<FileEntry> TestingSandbox::stat(std::string path, Symlinks) {
  ++stats;
  co_return entry_of(path);
}

Task<std::unique_ptr<ByteStream>> TestingSandbox::read(std::string path, std::uint64_t offset,
                                                       std::uint64_t limit) {
  std::ifstream file{path, std::ios::binary};
  if (!file) fail(path, ENOENT);
  std::string content{std::istreambuf_iterator<char>{file}, {}};
  co_return std::make_unique<StringStream>(
      offset >= content.size() ? std::string{} : content.substr(offset, limit));
}

Task<FileEntry> TestingSandbox::write(std::string path, std::unique_ptr<ByteStream> content,
                                      std::uint64_t, WriteMode mode, Parents, std::uint32_t) {
  const auto text = co_await read_all(*content);
  const auto flags = mode == WriteMode::kAppend ? std::ios::app : std::ios::trunc;
  std::ofstream{path, std::ios::binary | flags} << text;
  co_return entry_of(path);
}

Task<std::vector<FileEntry>> TestingSandbox::list(std::string path, std::uint32_t depth) {
  listings.emplace_back(path, depth);
  std::error_code failure;
  std::vector<FileEntry> entries;
  fs::recursive_directory_iterator here{path, failure};
  if (failure) fail(path, failure.value());
  for (; here != fs::recursive_directory_iterator{}; ++here) {
    if (here.depth() + 1 >= static_cast<int>(depth)) here.disable_recursion_pending();
    entries.push_back(entry_of(here->path().string()));
  }
  co_return entries;
}

Task<void> TestingSandbox::mkdir(std::string path, Parents, std::uint32_t) {
  fs::create_directories(path);
  co_return;
}
Task<void> TestingSandbox::remove(std::string path, Removal) {
  fs::remove_all(path);
  co_return;
}
Task<void> TestingSandbox::rename(std::string from, std::string to) {
  fs::rename(from, to);
  co_return;
}
Task<void> TestingSandbox::set_mode(std::string path, std::uint32_t permissions) {
  fs::permissions(path, static_cast<fs::perms>(permissions));
  co_return;
}

}  // namespace sandport::testing
