#include "host/plugin/adapt/reader_import.hpp"

#include <mutex>
#include <utility>

#include "core/error.hpp"
#include "host/plugin/adapt/waiters.hpp"

namespace sandport::adapt {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;

}  // namespace

struct ReaderImport::State {
  std::mutex mutex;
  std::shared_ptr<State> self;  // from wait to ready: the plugin holds the address
  Waiters waiters;
};

ReaderImport::ReaderImport(sp_reader* reader)
    : reader_(reader), state_(std::make_shared<State>()) {}

ReaderImport::~ReaderImport() {
  if (SP_HAS(sp_reader, reader_, release)) reader_->release(reader_);
  // No ready comes after release.
  std::shared_ptr<State> waiting;
  const std::lock_guard lock{state_->mutex};
  waiting = std::move(state_->self);
}

void ReaderImport::on_ready(void* context) noexcept {
  auto* const state = static_cast<State*>(context);
  std::shared_ptr<State> waiting;
  {
    const std::lock_guard lock{state->mutex};
    waiting = std::move(state->self);
  }
  if (waiting) waiting->waiters.notify();
}

Task<std::string> ReaderImport::next() {
  std::string buffer(kChunk, '\0');
  for (;;) {
    const auto size = reader_->read(reader_, buffer.data(), buffer.size());
    if (size > static_cast<std::int64_t>(buffer.size()) || size < SP_READ_AGAIN) {
      throw Error(Code::kDataLoss, "the plugin's source of the content broke");
    }
    if (size >= 0) {
      buffer.resize(static_cast<std::size_t>(size));
      co_return buffer;
    }
    const auto ticket = state_->waiters.ticket();
    {
      const std::lock_guard lock{state_->mutex};
      state_->self = state_;
    }
    reader_->wait(reader_, &on_ready, state_.get());
    co_await state_->waiters.wait(ticket);
  }
}

}  // namespace sandport::adapt
