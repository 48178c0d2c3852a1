#include "process/io_thread.hpp"

#include <pthread.h>
#include <signal.h>

#include <boost/asio/executor_work_guard.hpp>
#include <chrono>

namespace sandport_local {
namespace {

constexpr std::chrono::seconds kLongestFarewell{5};

}  // namespace

IoThread::IoThread() : work_(boost::asio::make_work_guard(context_)) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  // The new thread inherits the mask from its first instruction on.
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] {
      ::pthread_setname_np(::pthread_self(), "sp:local");
      context_.run();
      ended_.set_value();
    });
  } catch (...) {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

IoThread::~IoThread() {
  work_.reset();
  if (ended_.get_future().wait_for(kLongestFarewell) == std::future_status::timeout) {
    context_.stop();
  }
  thread_.join();
}

}  // namespace sandport_local
