#include "tests/integration/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

namespace sandport::testing {
namespace {

constexpr int kPatience = 100'000;  // ms; less than a test may take

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// The program's input as a file: nobody has to feed it.
int file_of(const std::string& bytes) {
  const int file = memfd_create("input", MFD_CLOEXEC);
  if (file < 0) fail("memfd_create");
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t written = write(file, rest.data(), rest.size());
    if (written < 0) fail("write");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

[[noreturn]] void execute(const ProgramOptions& options) {
  std::vector<std::string> words{SANDPORT_PROGRAM};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> variables;
  for (const auto& [name, value] : options.environment) variables.push_back(name + "=" + value);
  std::vector<char*> argv;
  std::vector<char*> environment;
  for (std::string& word : words) argv.push_back(word.data());
  for (std::string& variable : variables) environment.push_back(variable.data());
  argv.push_back(nullptr);
  environment.push_back(nullptr);
  if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) _exit(126);
  if (options.hard_descriptors != 0) {
    const rlimit limit{options.soft_descriptors, options.hard_descriptors};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) _exit(126);
  }
  execve(argv[0], argv.data(), environment.data());
  _exit(127);
}

int pidfd_of(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

}  // namespace

Program::Program(const ProgramOptions& options) {
  if (options.input == StandardInput::kTerminal) {
    pid_ = forkpty(&out_.descriptor, nullptr, nullptr, nullptr);
    if (pid_ < 0) fail("forkpty");
    if (pid_ == 0) execute(options);
    return;
  }
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0) fail("pipe2");
  int input = options.input == StandardInput::kGiven ? file_of(options.bytes) : -1;
  if (options.input == StandardInput::kSilent) {
    std::array<int, 2> silent{};
    if (pipe2(silent.data(), O_CLOEXEC) != 0) fail("pipe2");
    input = silent[0];
    silence_ = silent[1];
  }
  pid_ = fork();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) {
    setsid();  // no controlling terminal, whatever the test was started from
    if (input < 0) {
      close(STDIN_FILENO);
    } else {
      dup2(input, STDIN_FILENO);
    }
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    execute(options);
  }
  close(out[1]);
  close(err[1]);
  if (input >= 0) close(input);
  out_.descriptor = out[0];
  err_.descriptor = err[0];
}

Program::~Program() {
  if (!status_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  for (const int descriptor : {out_.descriptor, err_.descriptor, silence_}) {
    if (descriptor >= 0) close(descriptor);
  }
}

void Program::send(int signal) const { kill(pid_, signal); }

void Program::type(std::string_view keys) {
  if (write(out_.descriptor, keys.data(), keys.size()) < 0) fail("write to the terminal");
}

bool Program::read_some() {
  std::array<pollfd, 2> waiting{pollfd{out_.descriptor, POLLIN, 0},
                                pollfd{err_.descriptor, POLLIN, 0}};
  if (out_.descriptor < 0 && err_.descriptor < 0) return false;
  const int ready = poll(waiting.data(), waiting.size(), kPatience);
  if (ready == 0) {
    throw std::runtime_error("the program is silent. stdout:\n" + out_.text + "\nstderr:\n" +
                             err_.text);
  }
  for (Stream* stream : {&out_, &err_}) {
    const pollfd& state = waiting[stream == &out_ ? 0 : 1];
    if (state.fd < 0 || state.revents == 0) continue;
    std::array<char, 64 * 1024> buffer{};
    const ssize_t size = read(stream->descriptor, buffer.data(), buffer.size());
    if (size > 0) {
      stream->text.append(buffer.data(), static_cast<std::size_t>(size));
    } else {  // a terminal's end is EIO
      close(stream->descriptor);
      stream->descriptor = -1;
    }
  }
  return true;
}

void Program::wait_for(std::string_view text) {
  for (;;) {
    for (Stream* stream : {&out_, &err_}) {
      const std::size_t at = stream->text.find(text, stream->seen);
      if (at == std::string::npos) continue;
      stream->seen = at + text.size();
      return;
    }
    if (!read_some()) {
      throw std::runtime_error("the program ended without saying \"" + std::string(text) +
                               "\". stdout:\n" + out_.text + "\nstderr:\n" + err_.text);
    }
  }
}

void Program::close_output() {
  close(out_.descriptor);
  out_.descriptor = -1;
}

ProgramResult Program::wait() {
  while (read_some()) {
  }
  if (!has_ended(pid_, std::chrono::milliseconds(kPatience))) {
    throw std::runtime_error("the program closed its output but does not end");
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  status_ = status;
  ProgramResult result;
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.out = out_.text;
  result.err = err_.text;
  return result;
}

Fifo::Fifo(std::string path) : path_(std::move(path)) {
  if (mkfifo(path_.c_str(), 0600) != 0) fail("mkfifo");
  // Read and write: there is always a writer, so that reading never sees an end.
  descriptor_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor_ < 0) fail("open");
}

Fifo::~Fifo() { close(descriptor_); }

std::string Fifo::read_line() {
  std::string line;
  for (;;) {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (poll(&waiting, 1, kPatience) <= 0) throw std::runtime_error("nobody wrote to " + path_);
    char byte = 0;
    if (read(descriptor_, &byte, 1) != 1) fail("read");
    if (byte == '\n') return line;
    line += byte;
  }
}

bool has_ended(pid_t pid, std::chrono::milliseconds limit) {
  const int process = pidfd_of(pid);
  if (process < 0) return true;
  pollfd waiting{process, POLLIN, 0};
  const int ready = poll(&waiting, 1, static_cast<int>(limit.count()));
  close(process);
  return ready == 1;
}

}  // namespace sandport::testing
