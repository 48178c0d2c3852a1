// A plugin's side of a service call, for tests: collects events, waits for done.
#pragma once

#include <sandport/abi.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sandport::testing {

// Pauses the operation after each event when asked to; resume() goes on.
class ServiceSink : public sp_sink {
 public:
  ServiceSink()
      : sp_sink{sizeof(sp_sink), &ServiceSink::on_event, nullptr, &ServiceSink::on_done} {}
  ~ServiceSink() {
    if (op != nullptr) op->release(op);
  }
  ServiceSink(const ServiceSink&) = delete;
  ServiceSink& operator=(const ServiceSink&) = delete;

  struct SinkEvent {
    std::uint32_t channel;
    std::string payload;
  };
  struct End {
    sp_code code;
    std::string message;
    std::string reason;
    std::string result;
  };

  End wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return end_.has_value(); });
    return *end_;
  }

  // Waits until there are so many events, or the end.
  std::vector<SinkEvent> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return events_.size() >= count || end_; });
    return events_;
  }

  std::string all(std::uint32_t channel) {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const auto& each : events_) {
      if (each.channel == channel) text += each.payload;
    }
    return text;
  }

  unsigned dones() {
    const std::lock_guard lock(mutex_);
    return dones_;
  }

  sp_op* op = nullptr;
  bool pause = false;

 private:
  static bool on_event(sp_sink* self, std::uint32_t channel, sp_bytes payload) {
    auto& sink = *static_cast<ServiceSink*>(self);
    const std::lock_guard lock(sink.mutex_);
    sink.events_.push_back(
        {channel, std::string(static_cast<const char*>(payload.data), payload.size)});
    sink.changed_.notify_all();
    return !sink.pause;
  }

  static void on_done(sp_sink* self, const sp_status* status, sp_bytes result) {
    auto& sink = *static_cast<ServiceSink*>(self);
    const std::lock_guard lock(sink.mutex_);
    ++sink.dones_;
    sink.end_ = End{status->code, std::string(status->message.data, status->message.size),
                    std::string(status->reason.data, status->reason.size),
                    std::string(static_cast<const char*>(result.data), result.size)};
    sink.changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<SinkEvent> events_;
  std::optional<End> end_;
  unsigned dones_ = 0;
};

}  // namespace sandport::testing
