#include "host/plugin/adapt/reader_export.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>

namespace sandport::adapt {
namespace asio = boost::asio;

struct ReaderExport::State : std::enable_shared_from_this<State> {
  struct Reader {
    sp_reader abi;
    State* owner;
  };

  State(std::unique_ptr<ByteStream> from, const asio::any_io_executor& executor)
      : reader{{sizeof(sp_reader), &on_read, &on_wait, &on_release}, this},
        strand(asio::make_strand(executor)),
        content(std::move(from)) {}

  static int64_t on_read(sp_reader* self, void* buffer, size_t capacity) noexcept {
    return reinterpret_cast<Reader*>(self)->owner->read(static_cast<char*>(buffer), capacity);
  }
  static void on_wait(sp_reader* self, void (*ready)(void*), void* context) noexcept {
    reinterpret_cast<Reader*>(self)->owner->wait(ready, context);
  }
  static void on_release(sp_reader* self) noexcept {
    reinterpret_cast<Reader*>(self)->owner->release();
  }

  std::int64_t read(char* buffer, std::size_t capacity) {
    const std::lock_guard lock{mutex};
    if (offset < chunk.size()) {
      const auto size = std::min(capacity, chunk.size() - offset);
      std::memcpy(buffer, chunk.data() + offset, size);
      offset += size;
      return static_cast<std::int64_t>(size);
    }
    if (failure) return SP_READ_FAILED;
    return ended ? SP_READ_END : SP_READ_AGAIN;
  }

  void wait(void (*ready)(void*), void* context) {
    {
      const std::lock_guard lock{mutex};
      if (released) return;
      waiting = ready;
      waiting_context = context;
      if (pumping) return;
      pumping = true;
    }
    pump();
  }

  void pump() {
    asio::post(strand, [self = shared_from_this()] {
      asio::co_spawn(
          self->strand, next_chunk(self),
          asio::bind_cancellation_slot(self->cancel.slot(), [self](std::exception_ptr) {}));
    });
  }

  static Task<void> next_chunk(std::shared_ptr<State> self) {
    std::string fresh;
    std::exception_ptr broken;
    if (self->has_news()) co_return;  // wait was called although there was something to read
    try {
      fresh = co_await self->content->next();
    } catch (...) {
      broken = std::current_exception();
    }
    const std::lock_guard lock{self->mutex};
    self->ended = !broken && fresh.empty();
    self->failure = broken;
    self->chunk = std::move(fresh);
    self->offset = 0;
    self->pumping = false;
    self->tell_ready();
  }

  bool has_news() {
    const std::lock_guard lock{mutex};
    if (offset == chunk.size() && !ended && !failure) return false;
    pumping = false;
    tell_ready();
    return true;
  }

  // With the lock held, so that no ready comes after release; and last, since the plugin may read,
  // wait and release inside it.
  void tell_ready() {
    const auto ready = std::exchange(waiting, nullptr);
    if (ready != nullptr && !released) ready(waiting_context);
  }

  void release() {
    std::shared_ptr<State> kept;
    {
      const std::lock_guard lock{mutex};
      released = true;
      waiting = nullptr;
      kept = std::move(lent);
    }
    if (!kept) return;
    asio::post(strand, [kept] { kept->cancel.emit(asio::cancellation_type::terminal); });
  }

  Reader reader;
  asio::strand<asio::any_io_executor> strand;
  asio::cancellation_signal cancel;  // only on the strand
  std::unique_ptr<ByteStream> content;
  // Recursive: a plugin reads on inside ready, on this very thread.
  std::recursive_mutex mutex;
  // All below under mutex.
  std::shared_ptr<State> lent;
  std::string chunk;
  std::size_t offset = 0;
  bool ended = false;
  bool released = false;
  bool pumping = false;
  std::exception_ptr failure;
  void (*waiting)(void*) = nullptr;
  void* waiting_context = nullptr;
};

ReaderExport::ReaderExport(std::unique_ptr<ByteStream> content, asio::any_io_executor executor)
    : state_(std::make_shared<State>(std::move(content), executor)) {}
ReaderExport::~ReaderExport() = default;

Task<std::shared_ptr<ReaderExport>> ReaderExport::open(std::unique_ptr<ByteStream> content,
                                                       asio::any_io_executor executor) {
  auto reader = std::make_shared<ReaderExport>(std::move(content), std::move(executor));
  auto& state = *reader->state_;
  state.chunk = co_await state.content->next();
  state.ended = state.chunk.empty();
  co_return reader;
}

sp_reader* ReaderExport::lend() {
  const std::lock_guard lock{state_->mutex};
  state_->lent = state_;
  return &state_->reader.abi;
}

void ReaderExport::take_back() { state_->release(); }

std::exception_ptr ReaderExport::failure() const {
  const std::lock_guard lock{state_->mutex};
  return state_->failure;
}

}  // namespace sandport::adapt
