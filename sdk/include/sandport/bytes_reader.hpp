// Sources of bytes for uploads: made from a string or pulled from a Task, and the reading end.
#pragma once

#include <sandport/abi.h>
#include <sandport/detail/wakeup.hpp>
#include <sandport/error.hpp>
#include <sandport/task.hpp>
#include <sandport/when_all.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace sandport {
inline namespace v1 {

struct ReleaseReader {
  void operator()(sp_reader* reader) const noexcept { reader->release(reader); }
};
// Owns an sp_reader until a call takes it over.
using ReaderHandle = std::unique_ptr<sp_reader, ReleaseReader>;

// Reads out `bytes`; always ready.
[[nodiscard]] inline ReaderHandle make_reader(std::string bytes) {
  struct Text : sp_reader {
    std::string bytes;
    std::size_t position = 0;
  };
  auto text = std::make_unique<Text>();
  text->struct_size = kStructSize<sp_reader>;
  text->bytes = std::move(bytes);
  text->read = [](sp_reader* self, void* buffer, std::size_t capacity) -> std::int64_t {
    auto& at = *static_cast<Text*>(self);
    const auto count = std::min(capacity, at.bytes.size() - at.position);
    if (count == 0) return SP_READ_END;
    std::memcpy(buffer, at.bytes.data() + at.position, count);
    at.position += count;
    return static_cast<std::int64_t>(count);
  };
  text->wait = [](sp_reader*, void (*ready)(void*), void* context) { ready(context); };
  text->release = [](sp_reader* self) { delete static_cast<Text*>(self); };
  return ReaderHandle{text.release()};
}

// Brings the next piece (not empty), or nothing at the end; a failure breaks the upload.
using Pull = std::function<Task<std::optional<std::string>>()>;

namespace detail {

// Two own it: the reader until release, and the pull that is under way.
class PullReader : public sp_reader, public std::enable_shared_from_this<PullReader> {
 public:
  explicit PullReader(Pull pull)
      : sp_reader{kStructSize<sp_reader>, &PullReader::read, &PullReader::wait,
                  &PullReader::release},
        pull_(std::move(pull)) {}

  static ReaderHandle make(Pull pull) {
    auto reader = std::make_shared<PullReader>(std::move(pull));
    reader->self_ = reader;
    return ReaderHandle{reader.get()};
  }

 private:
  static std::int64_t read(sp_reader* reader, void* buffer, std::size_t capacity) noexcept {
    auto& self = *static_cast<PullReader*>(reader);
    const std::lock_guard lock{self.mutex_};
    const auto count = std::min(capacity, self.piece_.size() - self.position_);
    if (count == 0) {
      if (self.failed_) return SP_READ_FAILED;
      return self.ended_ ? SP_READ_END : SP_READ_AGAIN;
    }
    std::memcpy(buffer, self.piece_.data() + self.position_, count);
    self.position_ += count;
    return static_cast<std::int64_t>(count);
  }

  static void wait(sp_reader* reader, void (*ready)(void*), void* context) noexcept {
    auto self = static_cast<PullReader*>(reader)->shared_from_this();
    try {
      auto root = run(self, ready, context);
      self->context_ = Context{self->stop_.get_token(), &self->pending_.emplace()};
      std::move(root).start(self->context_);
    } catch (...) {
      self->fail();
      ready(context);
    }
  }

  static Detached run(std::shared_ptr<PullReader> self, void (*ready)(void*), void* context) {
    Outcome<std::optional<std::string>> outcome;
    co_await settle(next(*self), outcome);
    co_await self->pending_->all_finished();
    {
      const std::lock_guard lock{self->mutex_};
      self->failed_ = outcome.failure != nullptr;
      if (!self->failed_) {
        self->ended_ = !outcome.value->has_value();
        self->piece_ = std::move(*outcome.value).value_or(std::string{});
        self->position_ = 0;
      }
    }
    // release waits for a ready that runs on another thread.
    const std::lock_guard turn{self->ready_};
    if (!self->released_) ready(context);
  }

  static Task<std::optional<std::string>> next(PullReader& self) {
    co_return co_await self.pull_();
  }

  static void release(sp_reader* reader) noexcept {
    auto self = std::move(static_cast<PullReader*>(reader)->self_);
    {
      const std::lock_guard turn{self->ready_};
      self->released_ = true;
    }
    self->stop_.request_stop();
  }

  void fail() noexcept {
    const std::lock_guard lock{mutex_};
    failed_ = true;
  }

  Pull pull_;
  std::shared_ptr<PullReader> self_;
  std::mutex mutex_;
  std::recursive_mutex ready_;  // ready may release
  bool released_ = false;
  bool ended_ = false;
  bool failed_ = false;
  std::string piece_;
  std::size_t position_ = 0;
  std::stop_source stop_;
  std::optional<Pending> pending_;
  Context context_;
};

}  // namespace detail

// Reads out what `pull` brings, piece by piece, each when it is wanted.
[[nodiscard]] inline ReaderHandle make_reader(Pull pull) {
  return detail::PullReader::make(std::move(pull));
}

// The reading end, for one coroutine at a time.
class Reader {
 public:
  Reader() noexcept = default;
  explicit Reader(ReaderHandle handle)
      : handle_(std::move(handle)), ready_(std::make_unique<detail::Wakeup>()) {}

  // Fills `buffer` with up to `capacity` bytes, at least one; 0 is the end. Throws SP_DATA_LOSS
  // when the source broke, and Cancelled.
  [[nodiscard]] Task<std::size_t> read(char* buffer, std::size_t capacity) {
    while (true) {
      const auto count = handle_->read(handle_.get(), buffer, capacity);
      if (count >= 0) co_return static_cast<std::size_t>(count);
      if (count != SP_READ_AGAIN) throw Error(SP_DATA_LOSS, "the source of the bytes broke");
      co_await check_cancelled();
      ready_->reset();
      handle_->wait(handle_.get(), &Reader::on_ready, ready_.get());
      co_await ready_->wait(detail::Wakeup::Wakes::kOnSignalOrStop);
      co_await check_cancelled();
    }
  }

  // The next piece of at most `most` bytes, or nothing at the end.
  [[nodiscard]] Task<std::optional<std::string>> next(std::size_t most = 64u * 1024u) {
    std::string piece(most, '\0');
    piece.resize(co_await read(piece.data(), most));
    if (piece.empty()) co_return std::nullopt;
    co_return piece;
  }

  // Everything; throws SP_RESOURCE_EXHAUSTED beyond `most` bytes.
  [[nodiscard]] Task<std::string> read_all(std::size_t most) {
    std::string all;
    while (auto piece = co_await next()) {
      if (piece->size() > most - all.size()) {
        throw Error(SP_RESOURCE_EXHAUSTED,
                    "the content is larger than " + std::to_string(most) + " bytes");
      }
      all += *piece;
    }
    co_return all;
  }

  // For a function on the pool: blocks.
  std::size_t read_blocking(char* buffer, std::size_t capacity, std::stop_token stop = {}) {
    return sync_wait(read(buffer, capacity), std::move(stop));
  }

  // Passes the source on, for example into an HTTP request.
  [[nodiscard]] ReaderHandle take() noexcept { return std::move(handle_); }

 private:
  static void on_ready(void* context) noexcept { static_cast<detail::Wakeup*>(context)->signal(); }

  ReaderHandle handle_;  // released before ready_ goes
  std::unique_ptr<detail::Wakeup> ready_;
};

}  // namespace v1
}  // namespace sandport
