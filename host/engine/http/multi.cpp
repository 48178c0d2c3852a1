#include "host/engine/http/multi.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace sandport {
namespace asio = boost::asio;
using asio::posix::stream_descriptor;

struct HttpMulti::Watch {
  Watch(const Strand& strand, curl_socket_t socket) : descriptor(strand, socket) {}
  // curl owns the socket and closes it.
  ~Watch() { descriptor.release(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  stream_descriptor descriptor;
  int wanted = 0;   // CURL_POLL_IN and CURL_POLL_OUT bits
  int waiting = 0;  // the bits an asynchronous wait is out for
  bool active = true;
};

HttpMulti::HttpMulti(Strand strand) : strand_(std::move(strand)), timer_(strand_) {}

HttpMulti::~HttpMulti() { close(); }

void HttpMulti::open() {
  multi_ = libcurl().multi_init();
  if (multi_ == nullptr) throw std::bad_alloc();
  libcurl().multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &HttpMulti::on_socket);
  libcurl().multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  libcurl().multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &HttpMulti::on_timer);
  libcurl().multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  libcurl().multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
}

void HttpMulti::add(CURL* easy, Done done) {
  if (closed_) {
    throw Error(Code::kUnavailable, "the HTTP client is closed: no new request starts");
  }
  if (multi_ == nullptr) open();
  transfers_.emplace(easy, std::move(done));
  const CURLMcode code = libcurl().multi_add_handle(multi_, easy);
  if (code == CURLM_OK) return;
  transfers_.erase(easy);
  throw Error(Code::kInternal,
              std::string("cannot start a transfer: ") + libcurl().multi_strerror(code));
}

void HttpMulti::remove(CURL* easy) {
  if (transfers_.erase(easy) != 0) libcurl().multi_remove_handle(multi_, easy);
}

void HttpMulti::close() {
  closed_ = true;
  if (multi_ == nullptr) return;
  auto transfers = std::exchange(transfers_, {});
  for (const auto& [easy, done] : transfers) libcurl().multi_remove_handle(multi_, easy);
  timer_.cancel();
  libcurl().multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, nullptr);
  libcurl().multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, nullptr);
  // Out of Asio's hands before curl closes them.
  for (auto& [socket, watch] : watches_) {
    watch->active = false;
    watch->descriptor.release();
  }
  watches_.clear();
  libcurl().multi_cleanup(std::exchange(multi_, nullptr));
  for (auto& [easy, done] : transfers) done(CURLE_ABORTED_BY_CALLBACK);
}

int HttpMulti::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* watch) {
  try {
    static_cast<HttpMulti*>(self)->watch(socket, what, static_cast<Watch*>(watch));
    return 0;
  } catch (...) {
    return -1;
  }
}

int HttpMulti::on_timer(CURLM*, long timeout_ms, void* self) {
  static_cast<HttpMulti*>(self)->set_timer(timeout_ms);
  return 0;
}

void HttpMulti::watch(curl_socket_t socket, int what, Watch* known) {
  if (what == CURL_POLL_REMOVE) {
    const auto found = watches_.find(socket);
    if (found == watches_.end()) return;
    found->second->active = false;
    found->second->descriptor.release();
    watches_.erase(found);
    return;
  }
  std::shared_ptr<Watch> watch;
  if (known == nullptr) {
    watch = std::make_shared<Watch>(strand_, socket);
    watches_[socket] = watch;
    if (multi_ != nullptr) libcurl().multi_assign(multi_, socket, watch.get());
  } else {
    watch = watches_.at(socket);
  }
  watch->wanted = what & CURL_POLL_INOUT;
  wait(watch, CURL_POLL_IN);
  wait(watch, CURL_POLL_OUT);
}

void HttpMulti::wait(const std::shared_ptr<Watch>& watch, int what) {
  if ((watch->wanted & what) == 0 || (watch->waiting & what) != 0) return;
  watch->waiting |= what;
  const auto direction =
      what == CURL_POLL_IN ? stream_descriptor::wait_read : stream_descriptor::wait_write;
  watch->descriptor.async_wait(
      direction, [self = shared_from_this(), watch, what](boost::system::error_code failure) {
        watch->waiting &= ~what;
        if (failure == asio::error::operation_aborted || !watch->active || !self->multi_) return;
        if ((watch->wanted & what) == 0) return;
        int events = what == CURL_POLL_IN ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
        if (failure) events |= CURL_CSELECT_ERR;
        self->act(watch->descriptor.native_handle(), events);
        // curl may have dropped the socket meanwhile.
        if (watch->active) self->wait(watch, what);
      });
}

void HttpMulti::act(curl_socket_t socket, int events) {
  int running = 0;
  libcurl().multi_socket_action(multi_, socket, events, &running);
  collect();
}

void HttpMulti::set_timer(long timeout_ms) {
  timer_.cancel();
  if (timeout_ms < 0) return;
  timer_.expires_after(std::chrono::milliseconds(timeout_ms));
  timer_.async_wait([self = shared_from_this()](boost::system::error_code failure) {
    if (failure || self->multi_ == nullptr) return;
    self->act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void HttpMulti::collect() {
  std::vector<std::pair<Done, CURLcode>> ended;
  int left = 0;
  while (CURLMsg* message = libcurl().multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto found = transfers_.find(message->easy_handle);
    if (found == transfers_.end()) continue;
    ended.emplace_back(std::move(found->second), message->data.result);
    CURL* easy = found->first;
    transfers_.erase(found);
    libcurl().multi_remove_handle(multi_, easy);
  }
  for (auto& [done, code] : ended) done(code);
}

}  // namespace sandport
