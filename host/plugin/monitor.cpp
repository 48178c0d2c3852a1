#include "host/plugin/monitor.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace sandport {
namespace {

constexpr std::size_t kQuarantined = 256;

}  // namespace

PluginMonitor::PluginMonitor(std::string plugin, OperationLimits limits, Report report)
    : plugin_(std::move(plugin)), limits_(limits), report_(std::move(report)) {}

void PluginMonitor::report(std::string_view rule, const std::string& detail) {
  {
    const std::lock_guard lock{mutex_};
    misbehaved_ = true;
  }
  if (report_) report_({plugin_, std::string{rule}, detail});
}

bool PluginMonitor::misbehaved() const {
  const std::lock_guard lock{mutex_};
  return misbehaved_;
}

std::size_t PluginMonitor::in_flight() const {
  const std::lock_guard lock{mutex_};
  return in_flight_;
}

Task<void> PluginMonitor::drained() {
  for (;;) {
    const auto ticket = waiters_.ticket();
    if (in_flight() == 0) co_return;
    co_await waiters_.wait(ticket);
  }
}

void PluginMonitor::detach() {
  const std::lock_guard lock{mutex_};
  detached_ = true;
}

void PluginMonitor::began() {
  const std::lock_guard lock{mutex_};
  ++in_flight_;
}

void PluginMonitor::ended() {
  {
    const std::lock_guard lock{mutex_};
    if (--in_flight_ != 0) return;
  }
  waiters_.notify();
}

void PluginMonitor::post(const boost::asio::any_io_executor& executor, std::function<void()> work) {
  const std::lock_guard lock{mutex_};
  if (!detached_) boost::asio::post(executor, std::move(work));
}

void PluginMonitor::quarantine(std::shared_ptr<void> object) {
  std::shared_ptr<void> oldest;  // freed outside the lock
  const std::lock_guard lock{mutex_};
  quarantine_.push_back(std::move(object));
  if (quarantine_.size() > kQuarantined) {
    oldest = std::move(quarantine_.front());
    quarantine_.pop_front();
  }
}

}  // namespace sandport
