#include "process/spawn.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
// Boost 1.81's Process forgets these four when it uses std::filesystem.
// clang-format off
#include <boost/optional.hpp>
#include <boost/type_traits/decay.hpp>
#include <boost/type_traits/is_constructible.hpp>
#include <boost/type_traits/is_convertible.hpp>
#include <boost/process/v2/posix/vfork_launcher.hpp>
#include <boost/process/v2/process.hpp>
// clang-format on
#include <cerrno>
#include <cstring>
#include <memory>

#include "posix_error.hpp"
#include "process/terminal.hpp"

namespace sandport_local {
namespace {

namespace process = boost::process::v2;

using Descriptors = std::array<UniqueFd, kSupervisorFds>;

// Gives the child exactly `descriptors`, and nothing else of this program's.
class InheritDescriptors {
 public:
  InheritDescriptors(const Descriptors& descriptors, int* error)
      : descriptors_(descriptors), error_(error) {}

  boost::system::error_code on_setup(process::posix::default_launcher& launcher,
                                     const process::filesystem::path&, const char* const*) {
    for (int fd = STDERR_FILENO + 1; fd < kSupervisorFds; ++fd) launcher.fd_whitelist.push_back(fd);
    return {};
  }

  // In the child, which shares our memory until it executes.
  boost::system::error_code on_exec_setup(process::posix::default_launcher&,
                                          const process::filesystem::path&, const char* const*) {
    for (int fd = 0; fd < kSupervisorFds; ++fd) {
      if (::dup2(descriptors_[static_cast<std::size_t>(fd)].get(), fd) < 0) {
        return {errno, boost::system::system_category()};
      }
    }
    return {};
  }

  // In the child: the library would run this program's exit handlers now.
  void on_exec_error(process::posix::default_launcher&, const process::filesystem::path&,
                     const char* const*, const boost::system::error_code& error) {
    *error_ = error.value();
    ::_exit(127);
  }

 private:
  const Descriptors& descriptors_;
  int* error_;
};

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("a new pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

UniqueFd open_null() {
  UniqueFd fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!fd) throw_errno("/dev/null");
  return fd;
}

UniqueFd duplicate(const UniqueFd& fd) {
  UniqueFd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, static_cast<int>(kSupervisorFds)));
  if (!copy) throw_errno("a descriptor");
  return copy;
}

void set_nonblocking(const UniqueFd& fd) {
  if (fd) ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

void append_text(std::string* blob, const std::string& text) {
  if (text.find('\0') != std::string::npos) {
    throw PosixError::with_message(
        EINVAL,
        "an argument, an environment variable or the directory of a command has a NUL byte");
  }
  *blob += text;
  *blob += '\0';
}

UniqueFd write_request(const SpawnRequest& request) {
  Request head;
  head.flags = (request.terminal ? kRequestPty : 0u) | (request.input ? kRequestInput : 0u) |
               (request.directory ? kRequestDetached : 0u) |
               (request.identity ? kRequestIdentity : 0u);
  head.timeout_ms = request.timeout_ms;
  head.grace_ms = request.grace_ms;
  head.journal_bytes = request.journal_bytes;
  head.argc = static_cast<std::uint32_t>(request.argv.size());
  head.envc = static_cast<std::uint32_t>(request.environment.size());
  std::string groups;
  if (request.identity) {
    head.uid = request.identity->uid;
    head.gid = request.identity->gid;
    head.group_count = static_cast<std::uint32_t>(request.identity->groups.size());
    groups.assign(reinterpret_cast<const char*>(request.identity->groups.data()),
                  request.identity->groups.size() * sizeof(gid_t));
  }
  std::string blob(reinterpret_cast<const char*>(&head), sizeof head);
  blob += groups;
  append_text(&blob, request.cwd);
  for (const std::string& argument : request.argv) append_text(&blob, argument);
  for (const std::string& variable : request.environment) append_text(&blob, variable);
  UniqueFd fd(::memfd_create("sandport-request", MFD_CLOEXEC));
  if (!fd) throw_errno("memory for a request");
  std::string_view rest = blob;
  while (!rest.empty()) {
    const ssize_t size = ::write(fd.get(), rest.data(), rest.size());
    if (size < 0 && errno != EINTR) throw_errno("memory for a request");
    if (size > 0) rest.remove_prefix(static_cast<std::size_t>(size));
  }
  return fd;
}

// The process's three streams, its own ends in `child` and ours in the result.
Spawned open_streams(const SpawnRequest& request, Descriptors* child) {
  Spawned ours;
  auto& fds = *child;
  if (request.terminal) {
    Terminal terminal = open_terminal(*request.terminal);
    for (const int fd : {0, 1, 2}) fds[static_cast<std::size_t>(fd)] = duplicate(terminal.slave);
    fds[kOutputFd] = duplicate(terminal.master);
    ours.input = duplicate(terminal.master);
    ours.output = std::move(terminal.master);
    return ours;
  }
  Pipe output = make_pipe();
  Pipe error = make_pipe();
  fds[1] = duplicate(output.write);
  fds[2] = duplicate(error.write);
  fds[kOutputFd] = duplicate(output.read);
  fds[kErrorFd] = duplicate(error.read);
  ours.output = std::move(output.read);
  ours.error = std::move(error.read);
  if (request.input) {
    Pipe input = make_pipe();
    fds[0] = duplicate(input.read);
    if (request.directory) fds[kInputFd] = duplicate(input.write);
    ours.input = std::move(input.write);
  }
  return ours;
}

void launch(IoThread& thread, const std::filesystem::path& supervisor,
            const Descriptors& descriptors) {
  // A context of its own: around a fork the launcher tells the context's services, which in a child
  // that shares our memory would take the I/O thread's epoll set apart.
  boost::asio::io_context launching{1};
  static const char* const kNoEnvironment[] = {nullptr};
  process::posix::vfork_launcher launcher;
  launcher.env = kNoEnvironment;
  int exec_error = 0;
  boost::system::error_code error;
  const std::vector<std::string> no_arguments;
  auto started = launcher(launching.get_executor(), error, supervisor.native(), no_arguments,
                          InheritDescriptors(descriptors, &exec_error));
  if (error) throw PosixError(error.value(), printable(supervisor.native()));
  const auto pid = started.id();
  started.detach();
  // Collected whenever it ends; the process object lives in its own handler.
  using Executor = IoThread::Context::executor_type;
  auto child =
      std::make_shared<process::basic_process<Executor>>(thread.context().get_executor(), pid);
  child->async_wait([child](const boost::system::error_code&, int) {});
  if (exec_error != 0) {
    throw PosixError(exec_error, "cannot start " + printable(supervisor.native()));
  }
}

}  // namespace

Spawned spawn(IoThread& thread, const std::filesystem::path& supervisor, SpawnRequest request) {
  Descriptors child;
  child[kRequestFd] = duplicate(write_request(request));
  Spawned ours = open_streams(request, &child);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    throw_errno("a socket pair");
  }
  ours.control = UniqueFd(ends[0]);
  child[kControlFd] = duplicate(UniqueFd(ends[1]));
  if (request.directory) {
    child[kDirectoryFd] = duplicate(request.directory);
    child[kListenFd] = duplicate(request.listener);
    if (!request.terminal) ours.output.reset();
    ours.error.reset();
  }
  const UniqueFd null = open_null();
  for (UniqueFd& fd : child) {
    if (!fd) fd = duplicate(null);
  }
  for (const UniqueFd* fd : {&ours.control, &ours.output, &ours.error, &ours.input}) {
    set_nonblocking(*fd);
  }
  launch(thread, supervisor, child);
  if (request.directory) ours.output.reset();
  return ours;
}

}  // namespace sandport_local
