// The caller's side of the ABI's one slow call: awaitables over any submit function.
//
//   auto stream = co_await open([&](sp_sink* sink, sp_op** op, sp_error* error) {
//     return thing->submit(thing, arguments…, sink, op, error);
//   });
//   while (auto event = co_await stream.next()) use(event->channel, event->payload);
//   std::string result = co_await stream.result();
//
// The coroutine goes on on whichever thread brings what it waits for.
#pragma once

#include <sandport/abi.h>
#include <sandport/detail/wakeup.hpp>
#include <sandport/error.hpp>
#include <sandport/task.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace sandport {
inline namespace v1 {

struct Event {
  std::uint32_t channel = 0;
  std::string payload;
};

// How events and the result are copied out of the callbacks that bring them. Another decoder
// supplies the same four members; item may skip an event by returning nothing.
struct EventDecoder {
  using Item = Event;
  using Result = std::string;
  static std::optional<Item> item(std::uint32_t channel, sp_bytes payload) {
    return Event{channel, to_string(payload)};
  }
  static Result result(sp_bytes bytes) { return to_string(bytes); }
  static std::size_t weight(const Item& item) noexcept { return item.payload.size(); }
};

namespace detail {

// The sink of one operation that we called. Kept by its Stream, and until done by the operation;
// the last one releases the op, so that objects that live as long as the op are valid while the
// Stream is.
template <class Decoder>
class Inner : public sp_sink {
 public:
  using Item = typename Decoder::Item;
  using Result = typename Decoder::Result;

  Inner() noexcept : sp_sink{kStructSize<sp_sink>, &Inner::event, &Inner::object, &Inner::done} {}
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;

  template <class Submit>
  void submit(Context& context, Submit& submit) {
    ErrorSlot error;
    pending_ = context.pending;
    pending_->add();
    references_.fetch_add(1, std::memory_order_relaxed);
    sp_code code = SP_INTERNAL;
    try {
      code = submit(static_cast<sp_sink*>(this), &op_, static_cast<sp_error*>(&error));
    } catch (...) {
      abandon();
      throw;
    }
    if (code != SP_OK) {
      abandon();
      error.check(code, "a call");
    }
    on_stop_.emplace(context.stop, Cancel{this});
  }

  void cancel() noexcept {
    if (!try_add()) return;
    if (!finished()) op_->cancel(op_);
    drop();
  }

  [[nodiscard]] bool finished() const noexcept {
    const std::lock_guard lock{mutex_};
    return done_;
  }

  Task<std::optional<Item>> next() {
    while (true) {
      wakeup_.reset();
      std::optional<Item> item;
      bool resume = false;
      {
        const std::lock_guard lock{mutex_};
        if (!items_.empty()) {
          item.emplace(std::move(items_.front()));
          items_.pop_front();
          weight_ -= Decoder::weight(*item) + kItemOverhead;
          resume = paused_ && weight_ < kHighWater / 2 && !done_;
          if (resume) paused_ = false;
        } else if (done_) {
          co_return std::nullopt;
        }
      }
      if (resume) op_->resume(op_);
      if (item) co_return item;
      co_await wakeup_.wait(Wakeup::Wakes::kOnSignal);
    }
  }

  Task<Result> result() {
    // g++ 12 miscompiles a co_await of a temporary within a condition.
    for (bool more = true; more;) {
      const std::optional<Item> item = co_await next();
      more = item.has_value();
    }
    if (failure_) std::rethrow_exception(failure_);
    if (!result_) throw Error(SP_FAILED_PRECONDITION, "the result was already taken");
    co_return *std::exchange(result_, std::nullopt);
  }

  [[nodiscard]] void* take_object() noexcept {
    const std::lock_guard lock{mutex_};
    return std::exchange(object_, nullptr);
  }

  // Nobody will look any more: ends the operation soon; what it still brings is dropped.
  void close() noexcept {
    cancel();
    drop();
  }

 private:
  // Enough for a burst, little enough for thousands of streams.
  static constexpr std::size_t kHighWater = 256u * 1024u;
  static constexpr std::size_t kItemOverhead = 64;

  struct Cancel {
    Inner* inner;
    void operator()() const noexcept { inner->cancel(); }
  };

  ~Inner() {
    on_stop_.reset();
    if (op_ != nullptr) op_->release(op_);
  }

  // The operation never ran.
  void abandon() noexcept {
    op_ = nullptr;
    references_.fetch_sub(1, std::memory_order_relaxed);
    {
      const std::lock_guard lock{mutex_};
      done_ = true;
    }
    pending_->finished();
  }

  static bool event(sp_sink* sink, std::uint32_t channel, sp_bytes payload) noexcept {
    auto& self = *static_cast<Inner*>(sink);
    try {
      std::optional<Item> item = Decoder::item(channel, payload);
      if (!item) return true;
      const std::lock_guard lock{self.mutex_};
      self.weight_ += Decoder::weight(*item) + kItemOverhead;
      self.items_.push_back(std::move(*item));
    } catch (...) {
      const std::lock_guard lock{self.mutex_};
      if (!self.failure_) self.failure_ = std::current_exception();
    }
    self.wakeup_.signal();
    const std::lock_guard lock{self.mutex_};
    self.paused_ = self.weight_ >= kHighWater;
    return !self.paused_;
  }

  static void object(sp_sink* sink, void* object) noexcept {
    auto& self = *static_cast<Inner*>(sink);
    const std::lock_guard lock{self.mutex_};
    self.object_ = object;
  }

  static void done(sp_sink* sink, const sp_status* status, sp_bytes result) noexcept {
    auto& self = *static_cast<Inner*>(sink);
    {
      const std::lock_guard lock{self.mutex_};
      try {
        if (status->code != SP_OK) {
          self.failure_ = to_exception(*status);
        } else if (!self.failure_) {
          self.result_.emplace(Decoder::result(result));
        }
      } catch (...) {
        self.failure_ = std::current_exception();
      }
      self.done_ = true;
    }
    // In this order: afterwards the coroutine that owns the Stream may be gone, but not before.
    auto* pending = self.pending_;
    self.wakeup_.signal();
    self.drop();
    pending->finished();
  }

  [[nodiscard]] bool try_add() noexcept {
    auto count = references_.load(std::memory_order_relaxed);
    while (count != 0) {
      if (references_.compare_exchange_weak(count, count + 1, std::memory_order_acquire)) {
        return true;
      }
    }
    return false;
  }

  void drop() noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  std::atomic<std::size_t> references_{1};
  sp_op* op_ = nullptr;
  Pending* pending_ = nullptr;
  mutable std::mutex mutex_;
  std::deque<Item> items_;
  std::size_t weight_ = 0;
  bool paused_ = false;
  bool done_ = false;
  std::optional<Result> result_;
  std::exception_ptr failure_;
  void* object_ = nullptr;
  Wakeup wakeup_;
  std::optional<std::stop_callback<Cancel>> on_stop_;
};

}  // namespace detail

// One running operation. Destroying it before its end cancels the operation. One coroutine reads at
// a time; next() does not outlive the Stream.
template <class Decoder = EventDecoder>
class BasicStream {
 public:
  using Item = typename Decoder::Item;
  using Result = typename Decoder::Result;

  BasicStream() noexcept = default;
  explicit BasicStream(detail::Inner<Decoder>* inner) noexcept : inner_(inner) {}
  BasicStream(BasicStream&& other) noexcept : inner_(std::exchange(other.inner_, nullptr)) {}
  BasicStream& operator=(BasicStream&& other) noexcept {
    if (this != &other) {
      close();
      inner_ = std::exchange(other.inner_, nullptr);
    }
    return *this;
  }
  ~BasicStream() { close(); }

  // The next event, or nothing at the operation's end; then result() says how it ended.
  [[nodiscard]] Task<std::optional<Item>> next() { return inner_->next(); }

  // Waits for the end, dropping events that are left; throws what the operation failed with. Once.
  [[nodiscard]] Task<Result> result() { return inner_->result(); }

  // Asks the operation to end soon; result() then throws Cancelled, unless it was faster.
  void cancel() noexcept { inner_->cancel(); }
  [[nodiscard]] bool finished() const noexcept { return inner_->finished(); }

  // What the operation handed over, once.
  [[nodiscard]] void* take_object() noexcept { return inner_->take_object(); }

 private:
  void close() noexcept {
    if (inner_ != nullptr) std::exchange(inner_, nullptr)->close();
  }
  detail::Inner<Decoder>* inner_ = nullptr;
};

using Stream = BasicStream<>;

// Starts an operation; `submit(sp_sink*, sp_op**, sp_error*)` makes the call and returns its code.
// Throws what submit reported, and Cancelled when the surrounding operation was. Cancelling that
// cancels this one.
template <class Decoder = EventDecoder, class Submit>
[[nodiscard]] Task<BasicStream<Decoder>> open(Submit submit) {
  auto& context = co_await detail::ContextAwaiter{};
  if (context.stop.stop_requested()) throw Cancelled{};
  auto* inner = new detail::Inner<Decoder>;
  BasicStream<Decoder> stream{inner};
  inner->submit(context, submit);
  co_return stream;
}

// Starts an operation, waits for its end, and returns its result; events are dropped.
template <class Decoder = EventDecoder, class Submit>
[[nodiscard]] Task<typename Decoder::Result> call(Submit submit) {
  auto stream = co_await open<Decoder>(std::move(submit));
  co_return co_await stream.result();
}

}  // namespace v1
}  // namespace sandport
