// A non-blocking descriptor that coroutines can wait for.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <sandport/task.hpp>
#include <string_view>

#include "process/io_thread.hpp"
#include "unique_fd.hpp"

namespace sandport_local {

// Everything on the I/O thread. Shared, because a cancellation from another thread may still be on
// its way when the coroutine has gone on.
class Descriptor : public std::enable_shared_from_this<Descriptor> {
 public:
  enum class Event { kReadable, kWritable };

  [[nodiscard]] static std::shared_ptr<Descriptor> make(IoThread& thread, UniqueFd fd);

  [[nodiscard]] bool is_open() const { return stream_.is_open(); }
  [[nodiscard]] int get() { return stream_.native_handle(); }
  // Whoever waits goes on.
  void close() {
    boost::system::error_code ignored;
    stream_.close(ignored);
  }
  void interrupt() {
    boost::system::error_code ignored;
    stream_.cancel(ignored);
  }

  // `co_await descriptor->until(…)`: may end early, so try again in a loop. Throws Cancelled when
  // the operation was asked to end.
  [[nodiscard]] sandport::Task<void> until(Event event);

  // The same for a callback, which is also called when the descriptor is closed.
  template <class Callback>
  void on_readable(Callback callback) {
    stream_.async_wait(
        boost::asio::posix::stream_descriptor::wait_read,
        [callback = std::move(callback)](const boost::system::error_code&) { callback(); });
  }

  // As read(2) and write(2), with EINTR repeated; -1 with EBADF when closed.
  [[nodiscard]] ssize_t read(char* buffer, std::size_t capacity);
  [[nodiscard]] ssize_t write(std::string_view bytes);
  // Bytes that can be read at once.
  [[nodiscard]] std::size_t available();

 private:
  Descriptor(IoThread& thread, UniqueFd fd) : stream_(thread.context(), fd.release()) {}

  boost::asio::posix::stream_descriptor stream_;
};

}  // namespace sandport_local
