// The threads that run all asynchronous work of the host, and their orderly end.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>

namespace sandport {

using Strand = boost::asio::strand<boost::asio::any_io_executor>;

enum class StopResult {
  kClean,      // everything in flight ended
  kAbandoned,  // the grace ran out first: what was left has been destroyed where it waited
};

// One event loop on a few threads. Every member may be called from any thread, except stop() and
// the destructor, which must not run on a thread of the engine.
class Engine {
 public:
  struct Options {
    unsigned threads = 0;                         // 0: one per core, two at least
    std::chrono::milliseconds stop_grace{10000};  // how long stop() waits for work in flight
  };

  Engine();
  explicit Engine(Options options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] boost::asio::any_io_executor executor() const;
  [[nodiscard]] Strand make_strand() const;

  // Requested when stop() begins; services close themselves through a std::stop_callback on it.
  [[nodiscard]] std::stop_token stopping() const;

  using Done = std::function<void(std::exception_ptr)>;

  // Runs `work` on a strand of its own until it ends; stop() cancels it and waits for it. `done`,
  // if given, runs on that strand at the end. Without it, work must let nothing but
  // Code::kCancelled escape: any other exception ends the process. Throws Error kUnavailable once
  // stop() has begun.
  void spawn(boost::asio::awaitable<void> work, Done done = {});

  // Refuses new work, cancels what runs, waits for it up to the grace, and joins the threads.
  // Calling it again returns the first result.
  StopResult stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport
