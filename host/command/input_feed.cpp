#include "host/command/input_feed.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <string>
#include <thread>

#include "host/ui/standard_input.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kInputPiece = std::size_t{64} << 10;

// An empty text is the end.
Task<void> write(std::shared_ptr<Process> process, std::string bytes) {
  if (bytes.empty()) {
    co_await process->close_stdin();
  } else {
    co_await process->write_stdin(bytes);
  }
}

// Touched on the strand only.
struct Cancellation {
  asio::cancellation_signal signal;
  bool requested = false;
};

}  // namespace

struct InputFeed::State {
  State(Strand on, std::shared_ptr<Process> to)
      : strand(std::move(on)), process(std::move(to)), reader([this] { read_all(); }) {}

  ~State() {
    input.stop();
    asio::post(strand, [cancel = cancel] {
      cancel->requested = true;
      cancel->signal.emit(asio::cancellation_type::terminal);
    });
    reader.join();
  }

  void read_all() {
    for (bool more = true; more;) {
      std::string bytes = input.read_some(kInputPiece);
      // The process is not told of an end that is ours.
      if (input.stopped()) return;
      more = !bytes.empty();
      // The process may have closed its side, or ended: then nobody wants the rest.
      more = pass_on(std::move(bytes)) && more;
    }
  }

  bool pass_on(std::string bytes) {
    auto done = std::make_shared<std::promise<bool>>();
    std::future<bool> passed = done->get_future();
    // On the strand, where the signal is emitted too.
    asio::post(strand, [this, done, text = std::move(bytes)]() mutable {
      if (cancel->requested) return done->set_value(false);
      asio::co_spawn(
          strand, write(process, std::move(text)),
          asio::bind_cancellation_slot(cancel->signal.slot(),
                                       [done, keep = cancel](const std::exception_ptr& failure) {
                                         done->set_value(failure == nullptr);
                                       }));
    });
    return passed.get();
  }

  Strand strand;
  std::shared_ptr<Process> process;
  std::shared_ptr<Cancellation> cancel = std::make_shared<Cancellation>();
  StandardInput input;
  std::thread reader;  // the last: it uses the others
};

InputFeed::InputFeed(Strand strand, std::shared_ptr<Process> process)
    : state_(std::make_unique<State>(std::move(strand), std::move(process))) {}
InputFeed::~InputFeed() = default;

}  // namespace sandport
