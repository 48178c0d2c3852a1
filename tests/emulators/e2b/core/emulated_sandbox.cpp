#include "tests/emulators/e2b/core/emulated_sandbox.hpp"

#include "tests/emulators/e2b/envd/watcher.hpp"

namespace sandport::e2b_emulator {
namespace {

constexpr std::chrono::seconds kEndedProcessesKept{30};

}  // namespace

EmulatedSandbox::EmulatedSandbox(const boost::asio::any_io_executor& executor, std::string id_)
    : id(std::move(id_)), deadline(executor), changed(executor), executor_(executor) {}

EmulatedSandbox::~EmulatedSandbox() = default;

std::shared_ptr<Inbox> EmulatedSandbox::open_stream() {
  std::erase_if(streams, [](const std::weak_ptr<Inbox>& stream) { return stream.expired(); });
  auto inbox = std::make_shared<Inbox>(executor_);
  streams.push_back(inbox);
  return inbox;
}

void EmulatedSandbox::cut_streams() {
  for (const auto& stream : streams) {
    if (const auto inbox = stream.lock()) inbox->cut();
  }
  streams.clear();
}

void EmulatedSandbox::log(std::string level, std::string message) {
  logs.push_back({std::chrono::system_clock::now(), std::move(level), std::move(message)});
}

std::shared_ptr<RunningProcess> EmulatedSandbox::find_process(std::uint32_t pid) {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(processes, [&](const auto& entry) {
    return entry.second->ended() && now - entry.second->ended_at() > kEndedProcessesKept;
  });
  const auto found = processes.find(pid);
  return found == processes.end() ? nullptr : found->second;
}

}  // namespace sandport::e2b_emulator
