// The host's end of an operation, for tests: records what comes and notes every broken rule.
#pragma once

#include <sandport/abi.h>
#include <sandport/text.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sandport::testkit {

struct RecordedEvent {
  std::uint32_t channel = 0;
  std::string payload;
};

// Runs one operation. Its destructor cancels the operation if it still runs, waits for done, and
// releases the op.
class RecordingSink : public sp_sink {
 public:
  RecordingSink() noexcept
      : sp_sink{kStructSize<sp_sink>, &RecordingSink::on_event, &RecordingSink::on_object,
                &RecordingSink::on_done} {
    error_.struct_size = kStructSize<sp_error>;
    error_.set = [](sp_error* self, const sp_status* status) {
      static_cast<Slot*>(self)->owner->remember(*status);
    };
    error_.owner = this;
  }
  RecordingSink(const RecordingSink&) = delete;
  RecordingSink& operator=(const RecordingSink&) = delete;
  ~RecordingSink() { release(); }

  // Says "enough" after each event until resume(), when the number of events reaches `count`.
  void pause_after(std::size_t count) { pause_after_ = count; }

  // Called with each event, inside it. Set before start.
  std::function<void(std::uint32_t channel, sp_bytes payload)> on_each;

  // `submit(sp_sink*, sp_op**, sp_error*)`. Once.
  template <class Submit>
  sp_code start(Submit&& submit) {
    const sp_code returned =
        submit(static_cast<sp_sink*>(this), &op_, static_cast<sp_error*>(&error_));
    const std::lock_guard lock{mutex_};
    started_ = returned == SP_OK;
    if (!started_ && op_ != nullptr) violate("a refused call wrote its op");
    if (!started_ && done_ != 0) violate("a refused call sent done");
    if (started_ && op_ == nullptr) violate("an accepted call wrote no op");
    if (!started_) code_ = returned;
    return returned;
  }

  // Blocks until done. Returns its code; that of the call itself when it was refused.
  sp_code wait() {
    std::unique_lock lock{mutex_};
    if (!started_) return code_;
    changed_.wait(lock, [this] { return done_ != 0; });
    return code_;
  }
  // Blocks until `count` events have come, or done.
  void wait_events(std::size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return events_.size() >= count || done_ != 0; });
  }

  void cancel() { op_->cancel(op_); }
  void resume() {
    {
      const std::lock_guard lock{mutex_};
      paused_ = false;
      pause_after_ = kNever;
    }
    op_->resume(op_);
  }

  // Ends it, see the class.
  void release() {
    if (!started_ || op_ == nullptr) return;
    if (!done()) cancel();
    wait();
    auto* op = std::exchange(op_, nullptr);
    op->release(op);
  }

  [[nodiscard]] bool done() const {
    const std::lock_guard lock{mutex_};
    return done_ != 0;
  }
  [[nodiscard]] std::vector<RecordedEvent> events() const {
    const std::lock_guard lock{mutex_};
    return events_;
  }
  // All payloads of one channel, joined.
  [[nodiscard]] std::string text(std::uint32_t channel) const {
    const std::lock_guard lock{mutex_};
    std::string joined;
    for (const auto& recorded : events_) {
      if (recorded.channel == channel) joined += recorded.payload;
    }
    return joined;
  }
  [[nodiscard]] sp_code code() const { return get(code_); }
  [[nodiscard]] std::string message() const { return get(message_); }
  [[nodiscard]] std::string reason() const { return get(reason_); }
  [[nodiscard]] bool retryable() const { return get(retryable_); }
  [[nodiscard]] std::string result() const { return get(result_); }
  [[nodiscard]] void* object() const { return get(object_); }
  // What the callee did against abi/operation.h; empty for a good one.
  [[nodiscard]] std::vector<std::string> violations() const { return get(violations_); }
  [[nodiscard]] sp_op* op() const noexcept { return op_; }

 private:
  static constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

  struct Slot : sp_error {
    RecordingSink* owner = nullptr;
  };

  template <class T>
  T get(const T& member) const {
    const std::lock_guard lock{mutex_};
    return member;
  }

  // One call at a time, none after done.
  class Turn {
   public:
    Turn(RecordingSink& sink, const char* what) : sink_(sink) {
      const std::lock_guard lock{sink_.mutex_};
      if (sink_.inside_) sink_.violate(std::string{what} + " overlaps another call on the sink");
      if (sink_.done_ != 0) sink_.violate(std::string{what} + " after done");
      if (sink_.op_ == nullptr) sink_.violate(std::string{what} + " before out_op was written");
      sink_.inside_ = true;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      const std::lock_guard lock{sink_.mutex_};
      sink_.inside_ = false;
    }

   private:
    RecordingSink& sink_;
  };

  static bool on_event(sp_sink* at, std::uint32_t channel, sp_bytes payload) {
    auto& self = *static_cast<RecordingSink*>(at);
    const Turn turn{self, "event"};
    if (self.on_each) self.on_each(channel, payload);
    const std::lock_guard lock{self.mutex_};
    if (self.paused_) self.violate("event while paused");
    self.events_.push_back({channel, to_string(payload)});
    self.paused_ = self.events_.size() >= self.pause_after_;
    self.changed_.notify_all();
    return !self.paused_;
  }

  static void on_object(sp_sink* at, void* object) {
    auto& self = *static_cast<RecordingSink*>(at);
    const Turn turn{self, "object"};
    const std::lock_guard lock{self.mutex_};
    if (self.object_ != nullptr) self.violate("object came twice");
    self.object_ = object;
  }

  static void on_done(sp_sink* at, const sp_status* status, sp_bytes result) {
    auto& self = *static_cast<RecordingSink*>(at);
    { const Turn turn{self, "done"}; }
    const std::lock_guard lock{self.mutex_};
    self.remember_locked(*status);
    if (status->code != SP_OK && result.size != 0) self.violate("a failure with a result");
    self.result_ = to_string(result);
    ++self.done_;
    self.changed_.notify_all();
  }

  void remember(const sp_status& status) {
    const std::lock_guard lock{mutex_};
    remember_locked(status);
  }
  void remember_locked(const sp_status& status) {
    code_ = status.code;
    message_ = to_string(status.message);
    reason_ = to_string(status.reason);
    retryable_ = (status.flags & SP_STATUS_RETRYABLE) != 0;
    if (status.code != SP_OK && message_.empty()) violate("a failure without a message");
  }
  void violate(std::string what) { violations_.push_back(std::move(what)); }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Slot error_{};
  sp_op* op_ = nullptr;
  bool started_ = false;
  bool inside_ = false;
  bool paused_ = false;
  int done_ = 0;
  std::size_t pause_after_ = kNever;
  std::vector<RecordedEvent> events_;
  sp_code code_ = SP_OK;
  std::string message_;
  std::string reason_;
  bool retryable_ = false;
  std::string result_;
  void* object_ = nullptr;
  std::vector<std::string> violations_;
};

}  // namespace sandport::testkit
