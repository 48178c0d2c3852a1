#include "process/input.hpp"

#include <cerrno>
#include <sandport/error.hpp>

#include "process/terminal.hpp"

namespace sandport_local {
namespace {

struct Turn {
  Turns& turns;
  IoThread& thread;
  Turn(Turns& held, IoThread& on) : turns(held), thread(on) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { turns.release(thread); }
};

}  // namespace

void Turns::release(IoThread& thread) {
  if (waiting_.empty()) {
    taken_ = false;
    return;
  }
  const auto next = waiting_.front();
  waiting_.pop_front();
  boost::asio::post(thread.context(), [next] { next.resume(); });
}

void Input::open(IoThread& thread, UniqueFd fd, Kind kind) {
  descriptor_ = Descriptor::make(thread, std::move(fd));
  kind_ = kind;
}

void Input::close() {
  if (descriptor_) descriptor_->close();
}

sandport::Task<void> Input::write(IoThread& thread, std::string_view bytes) {
  co_await thread.enter();
  co_await turns_.acquire();
  const Turn turn{turns_, thread};
  co_await write_all(bytes);
}

sandport::Task<void> Input::finish(IoThread& thread) {
  co_await thread.enter();
  co_await turns_.acquire();
  const Turn turn{turns_, thread};
  if (!is_open()) co_return;
  if (kind_ == Kind::kPipe) {
    close();
    co_return;
  }
  const char character = end_of_file_character(get());
  co_await write_all({&character, 1});
}

sandport::Task<void> Input::write_all(std::string_view bytes) {
  const auto held = descriptor_;
  while (!bytes.empty()) {
    const ssize_t size = held && held->is_open() ? held->write(bytes) : -1;
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (held && held->is_open() && errno == EAGAIN) {
      co_await held->until(Descriptor::Event::kWritable);
    } else {
      throw sandport::Error(SP_FAILED_PRECONDITION, "the process does not read its stdin any more",
                            "EPIPE");
    }
  }
}

}  // namespace sandport_local
