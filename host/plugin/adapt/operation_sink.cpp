// The sink's side of an operation: called by the plugin, on any thread; only enqueues.
#include <cstring>
#include <utility>

#include "host/plugin/adapt/operation.hpp"
#include "host/plugin/adapt/status.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {

// Out of memory in one of these ends the program: the plugin has no way to be told.
bool Operation::on_event(sp_sink* self, uint32_t channel, sp_bytes payload) noexcept {
  return reinterpret_cast<Sink*>(self)->owner->take_event(channel, payload);
}

void Operation::on_object(sp_sink* self, void* object) noexcept {
  reinterpret_cast<Sink*>(self)->owner->take_object_from_plugin(object);
}

void Operation::on_done(sp_sink* self, const sp_status* status, sp_bytes result) noexcept {
  reinterpret_cast<Sink*>(self)->owner->take_done(status, result);
}

bool Operation::take_event(std::uint32_t channel, sp_bytes payload) {
  const auto self = shared_from_this();  // a misbehaving caller may race with the end
  auto value = read_event(channel, payload);
  const auto& limits = monitor_->limits();
  std::unique_lock lock{mutex_};
  if (done_) {
    lock.unlock();
    monitor_->report(rule::kCallAfterDone, name_ + " brought an event after done");
    return false;
  }
  if (error_ || given_up_) return false;
  if (channel == SP_CHANNEL_STARTED) {
    const auto bytes = view(payload);
    if (bytes.size() >= sizeof pid_) std::memcpy(&pid_, bytes.data(), sizeof pid_);
    started_ = true;
    lock.unlock();
    waiters_.notify();
    return true;
  }
  if (!value) {
    lock.unlock();
    monitor_->report(rule::kBadPayload,
                     name_ + " brought an event too short for channel " + std::to_string(channel));
    return true;
  }
  // Nobody will read it: taken and dropped, so that the plugin gets to its done.
  if (abandoned_ || cancel_requested_) return true;
  const auto size = memory_of(*value);
  if (paused_) {
    ignored_bytes_ += size;
    if (ignored_bytes_ > limits.queue_bytes * (limits.ignored_pause_factor - 1)) {
      error_.emplace(Code::kResourceExhausted,
                     monitor_->plugin() + ": " + name_ +
                         " went on sending although it was asked to pause; the operation was "
                         "ended. This is a fault of the plugin");
      queue_.clear();
      queued_bytes_ = 0;
      lock.unlock();
      monitor_->report(rule::kIgnoresPause, name_ + " went on sending after event said enough");
      monitor_->post(executor_, [self] { self->cancel(); });
      waiters_.notify();
      return false;
    }
  }
  queue_.push_back({channel, std::move(*value)});
  queued_bytes_ += size;
  if (bound_lifted_ == 0 && !paused_ && queued_bytes_ >= limits.queue_bytes) {
    paused_ = true;
    ignored_bytes_ = 0;
  }
  const bool go_on = !paused_;
  lock.unlock();
  waiters_.notify();
  return go_on;
}

void Operation::take_object_from_plugin(void* object) {
  std::unique_lock lock{mutex_};
  const bool late = done_;
  if (!late && arrived_ == nullptr) {
    arrived_ = object;
    return;
  }
  lock.unlock();
  monitor_->report(late ? rule::kCallAfterDone : rule::kSecondObject,
                   name_ + (late ? " brought an object after done" : " brought a second object"));
}

void Operation::take_done(const sp_status* status, sp_bytes result) {
  const auto self = shared_from_this();
  std::optional<Error> error;
  std::optional<ResultValue> value;
  bool bad_result = false;
  if (status == nullptr) {
    error.emplace(Code::kInternal, monitor_->plugin() + ": " + name_ + " ended without a status");
  } else if (status->code != SP_OK) {
    error.emplace(to_error(*status, monitor_->plugin() + ": " + name_));
  } else {
    value = read_result(result_type_, result);
    bad_result = !value;
    if (bad_result) {
      error.emplace(Code::kInternal,
                    monitor_->plugin() + ": the result of " + name_ + " is too short");
    }
  }
  std::unique_lock lock{mutex_};
  if (done_) {
    lock.unlock();
    monitor_->report(rule::kDoneTwice, name_ + " called done twice");
    return;
  }
  done_ = true;
  if (!error_ && !given_up_) error_ = std::move(error);
  if (!abandoned_) result_ = std::move(value);
  // Released outside the plugin's call. While submit runs or a signal is being given, whoever did
  // that releases afterwards.
  if (may_retire()) {
    monitor_->post(executor_, [self] { self->retire(); });
  }
  lock.unlock();
  if (bad_result) monitor_->report(rule::kBadPayload, "the result of " + name_ + " is too short");
  waiters_.notify();
}

}  // namespace sandport::adapt
