#include "process/process_directory.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "posix_error.hpp"
#include "process/private_files.hpp"

namespace sandport_local {
namespace {

constexpr const char* kTagFile = "tag";  // the tag's own bytes
constexpr std::chrono::seconds kLongestDeath{5};

// A socket's path must be short; by way of an open directory it always is.
sockaddr_un control_address(int directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory,
                kControlName);
  return address;
}

UniqueFd new_socket() {
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd) throw_errno("a socket");
  return fd;
}

std::string describe(const KeptProcess& process) {
  const nlohmann::json json{
      {"argv", process.argv}, {"cwd", process.cwd}, {"terminal", process.terminal}};
  // Arguments need not be UTF-8; here they are only for show.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<KeptProcess> read_process(const std::filesystem::path& directory) {
  const auto text = read_small_file(directory / kRequestFile);
  const auto pid = read_small_file(directory / kPidFile);
  if (!text || !pid) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    KeptProcess process;
    process.directory = directory;
    process.pid = std::stoll(*pid);
    process.tag = read_small_file(directory / kTagFile).value_or("");
    process.argv = json.at("argv").get<std::vector<std::string>>();
    process.cwd = json.at("cwd").get<std::string>();
    process.terminal = json.at("terminal").get<bool>();
    return process;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

NewProcessDirectory::NewProcessDirectory(const std::filesystem::path& parent,
                                         const KeptProcess& process) {
  ::mkdir(parent.c_str(), 0700);
  path_ = parent / random_name();
  const std::string what = printable(path_.native());
  if (::mkdir(path_.c_str(), 0700) != 0) throw_errno(what);
  try {
    directory_ = UniqueFd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory_) throw_errno(what);
    write_private_file(path_ / kRequestFile, describe(process));
    if (!process.tag.empty()) write_private_file(path_ / kTagFile, process.tag);
    listener_ = new_socket();
    const sockaddr_un address = control_address(directory_.get());
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 64) != 0) {
      throw_errno(what);
    }
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
    throw;
  }
}

std::vector<KeptProcess> kept_processes(const std::filesystem::path& parent) {
  std::vector<std::pair<std::filesystem::file_time_type, KeptProcess>> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(parent, error)) {
    auto process = read_process(entry.path());
    std::error_code ignored;
    const auto time = std::filesystem::last_write_time(entry.path() / kRequestFile, ignored);
    if (process) found.emplace_back(time, std::move(*process));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& left, const auto& right) { return left.first < right.first; });
  std::vector<KeptProcess> processes;
  for (auto& [time, process] : found) processes.push_back(std::move(process));
  return processes;
}

std::optional<KeptExit> read_exit(const std::filesystem::path& directory) {
  const auto text = read_small_file(directory / kExitFile);
  if (!text) return std::nullopt;
  int reason = 0;
  KeptExit kept;
  unsigned long long output = 0;
  unsigned long long error = 0;
  if (std::sscanf(text->c_str(), "%d %d %d %llu %llu", &reason, &kept.code, &kept.signal, &output,
                  &error) != 5) {
    return std::nullopt;
  }
  kept.reason = static_cast<Reason>(reason);
  kept.output_bytes = output;
  kept.error_bytes = error;
  return kept;
}

UniqueFd connect_supervisor(const std::filesystem::path& directory) {
  const UniqueFd opened(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return {};
  UniqueFd fd = new_socket();
  const sockaddr_un address = control_address(opened.get());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return {};
  }
  return fd;
}

bool is_running(const KeptProcess& process) {
  return !read_exit(process.directory) && connect_supervisor(process.directory);
}

void kill_kept_processes(const std::filesystem::path& parent) {
  std::vector<UniqueFd> dying;
  for (const KeptProcess& process : kept_processes(parent)) {
    UniqueFd fd = connect_supervisor(process.directory);
    if (!fd) continue;
    Message message;
    message.type = MessageType::kSignal;
    message.a = SIGKILL;
    if (::send(fd.get(), &message, sizeof message, MSG_NOSIGNAL) > 0)
      dying.push_back(std::move(fd));
  }
  const auto deadline = std::chrono::steady_clock::now() + kLongestDeath;
  for (const UniqueFd& fd : dying) {
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          deadline - std::chrono::steady_clock::now());
      pollfd poll{fd.get(), POLLIN, 0};
      if (left.count() <= 0 || ::poll(&poll, 1, static_cast<int>(left.count())) == 0) break;
      Message message;
      const ssize_t size = ::recv(fd.get(), &message, sizeof message, MSG_DONTWAIT);
      if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) break;
    }
  }
}

void prune_finished(const std::filesystem::path& parent, std::size_t most) {
  std::vector<std::filesystem::path> finished;
  for (const KeptProcess& process : kept_processes(parent)) {
    if (!connect_supervisor(process.directory)) finished.push_back(process.directory);
  }
  if (finished.size() <= most) return;
  finished.resize(finished.size() - most);
  for (const auto& directory : finished) {
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
}

}  // namespace sandport_local
