#include "process/descriptor.hpp"

#include <sys/ioctl.h>

#include <cerrno>
#include <sandport/error.hpp>
#include <stop_token>

namespace sandport_local {

std::shared_ptr<Descriptor> Descriptor::make(IoThread& thread, UniqueFd fd) {
  return std::shared_ptr<Descriptor>(new Descriptor(thread, std::move(fd)));
}

sandport::Task<void> Descriptor::until(Event event) {
  const std::stop_token stop = co_await sandport::stop_token();
  const auto held = shared_from_this();
  if (is_open()) {
    struct Wait {
      Descriptor& descriptor;
      Event event;
      [[nodiscard]] bool await_ready() const { return false; }
      // The handler runs later on this same thread, so nothing here races with it.
      [[gnu::noinline]] void await_suspend(std::coroutine_handle<> handle) {
        using Stream = boost::asio::posix::stream_descriptor;
        descriptor.stream_.async_wait(
            event == Event::kReadable ? Stream::wait_read : Stream::wait_write,
            [handle](const boost::system::error_code&) { handle.resume(); });
      }
      void await_resume() const {}
    };
    // Posted, so that it comes after the wait has begun.
    const std::stop_callback on_stop(stop, [held] {
      boost::asio::post(held->stream_.get_executor(), [held] { held->interrupt(); });
    });
    co_await Wait{*this, event};
  }
  if (stop.stop_requested()) throw sandport::Cancelled{};
}

ssize_t Descriptor::read(char* buffer, std::size_t capacity) {
  ssize_t size = 0;
  do {
    size = ::read(get(), buffer, capacity);
  } while (size < 0 && errno == EINTR);
  return size;
}

ssize_t Descriptor::write(std::string_view bytes) {
  ssize_t size = 0;
  do {
    size = ::write(get(), bytes.data(), bytes.size());
  } while (size < 0 && errno == EINTR);
  return size;
}

std::size_t Descriptor::available() {
  int ready = 0;
  if (!is_open() || ::ioctl(get(), FIONREAD, &ready) != 0 || ready < 0) return 0;
  return static_cast<std::size_t>(ready);
}

}  // namespace sandport_local
