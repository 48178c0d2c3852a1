#include "host/command/input_feed.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <string>
#include <thread>

#include "core/error.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;

// An empty text is the end.
Task<void> write(std::shared_ptr<Process> process, std::string bytes) {
  if (bytes.empty()) {
    co_await process->close_stdin();
  } else {
    co_await process->write_stdin(bytes);
  }
}

}  // namespace

struct InputFeed::State {
  State(Strand on, std::shared_ptr<Process> to)
      : strand(std::move(on)), process(std::move(to)), stop(eventfd(0, EFD_CLOEXEC)) {
    if (stop < 0) throw Error(Code::kResourceExhausted, "no more files can be opened");
    reader = std::thread([this] { read_all(); });
  }

  ~State() {
    eventfd_write(stop, 1);
    asio::post(strand, [signal = cancel] { signal->emit(asio::cancellation_type::terminal); });
    reader.join();
    close(stop);
  }

  void read_all() {
    for (bool more = true; more;) {
      std::array<pollfd, 2> waiting{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
      poll(waiting.data(), waiting.size(), -1);
      if (waiting[1].revents != 0) return;
      if (waiting[0].revents == 0) continue;
      std::string bytes(64 * 1024, '\0');
      const ssize_t size = read(STDIN_FILENO, bytes.data(), bytes.size());
      bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
      more = size > 0;
      // The process may have closed its side, or ended: then nobody wants the rest.
      more = pass_on(std::move(bytes)) && more;
    }
  }

  bool pass_on(std::string bytes) {
    auto done = std::make_shared<std::promise<bool>>();
    std::future<bool> passed = done->get_future();
    // On the strand, where the signal is emitted too.
    asio::post(strand, [this, done, text = std::move(bytes)]() mutable {
      asio::co_spawn(
          strand, write(process, std::move(text)),
          asio::bind_cancellation_slot(cancel->slot(), [done](const std::exception_ptr& failure) {
            done->set_value(failure == nullptr);
          }));
    });
    return passed.get();
  }

  Strand strand;
  std::shared_ptr<Process> process;
  std::shared_ptr<asio::cancellation_signal> cancel = std::make_shared<asio::cancellation_signal>();
  int stop;
  std::thread reader;
};

InputFeed::InputFeed(Strand strand, std::shared_ptr<Process> process)
    : state_(std::make_unique<State>(std::move(strand), std::move(process))) {}
InputFeed::~InputFeed() = default;

}  // namespace sandport
