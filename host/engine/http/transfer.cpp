#include "host/engine/http/transfer.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <cstring>
#include <utility>

#include "host/engine/cancelled.hpp"
#include "host/engine/http/failure.hpp"

namespace sandport {
namespace asio = boost::asio;

namespace {
// Above this much unread, the server is held up; the buffer goes over by one piece of curl's at
// most.
constexpr std::size_t kReceiveLimit = 512 * 1024;
// What curl's callbacks answer to end the transfer with an error.
constexpr std::size_t kRefused = 0;
}  // namespace

HttpTransfer::HttpTransfer(Strand strand, std::shared_ptr<HttpMulti> multi, HttpPlan plan)
    : strand_(std::move(strand)),
      multi_(std::move(multi)),
      plan_(std::move(plan)),
      easy_(libcurl().easy_init(), libcurl().easy_cleanup),
      header_list_(nullptr, libcurl().slist_free_all),
      changed_(strand_),
      upload_wanted_(strand_),
      deadline_timer_(strand_),
      idle_timer_(strand_) {
  if (!easy_) throw std::bad_alloc();
}

// While curl works on it, its completion keeps it alive: nothing of it is left in the multi here.
HttpTransfer::~HttpTransfer() = default;

void HttpTransfer::start() {
  configure();
  touch();
  multi_->add(easy_.get(), [self = shared_from_this()](CURLcode code) {
    self->added_ = false;
    self->finish(code);
  });
  added_ = true;
  watch_deadline();
  watch_idle();
  if (std::holds_alternative<HttpBodySource>(plan_.body)) start_pump();
}

asio::awaitable<HttpHead> HttpTransfer::head() {
  while (!parser_.complete()) {
    if (error_) throw *error_;
    co_await changed_.wait();
  }
  co_return parser_.head();
}

asio::awaitable<std::string> HttpTransfer::read() {
  while (received_.empty()) {
    if (error_) throw *error_;
    if (ended_) co_return std::string();
    co_await changed_.wait();
  }
  std::string bytes = std::exchange(received_, {});
  if (std::exchange(receive_paused_, false)) resume(CURLPAUSE_RECV);
  co_return bytes;
}

void HttpTransfer::fail(const Error& error) {
  if (ended_) return;
  error_ = error;
  received_.clear();
  end();
}

void HttpTransfer::finish(CURLcode code) {
  if (ended_) return;
  if (code != CURLE_OK) error_ = describe_failure(easy_.get(), code, error_text_.data(), plan_);
  end();
}

void HttpTransfer::end() {
  const auto self = shared_from_this();  // removing the handle drops what holds us
  ended_ = true;
  if (std::exchange(added_, false)) multi_->remove(easy_.get());
  easy_.reset();
  deadline_timer_.cancel();
  idle_timer_.cancel();
  pump_cancel_.emit(asio::cancellation_type::terminal);
  changed_.notify();
}

// Un-pauses one direction, and leaves the other as it is.
void HttpTransfer::resume(int which) {
  touch();
  if (ended_) return;
  int still = CURLPAUSE_CONT;
  if (receive_paused_ && which != CURLPAUSE_RECV) still |= CURLPAUSE_RECV;
  if (upload_paused_ && which != CURLPAUSE_SEND) still |= CURLPAUSE_SEND;
  libcurl().easy_pause(easy_.get(), still);
}

std::size_t HttpTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  transfer.touch();
  const bool before = transfer.parser_.complete();
  try {
    const auto outcome = transfer.parser_.feed({data, size * count});
    if (outcome == HttpHeadParser::Outcome::kTooLarge) return kRefused;
  } catch (...) {
    return kRefused;
  }
  if (!before && transfer.parser_.complete()) transfer.changed_.notify();
  return size * count;
}

std::size_t HttpTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  transfer.touch();
  if (transfer.received_.size() >= kReceiveLimit) {
    transfer.receive_paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  try {
    transfer.received_.append(data, size * count);
  } catch (...) {
    return kRefused;
  }
  transfer.received_total_ += size * count;
  transfer.changed_.notify();
  return size * count;
}

std::size_t HttpTransfer::on_upload(char* into, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  transfer.touch();
  const std::string* bytes = std::get_if<std::string>(&transfer.plan_.body);
  if (bytes == nullptr) bytes = &transfer.upload_;
  const std::size_t length = std::min(size * count, bytes->size() - transfer.upload_sent_);
  std::memcpy(into, bytes->data() + transfer.upload_sent_, length);
  transfer.upload_sent_ += length;
  if (bytes != &transfer.upload_) return length;
  transfer.upload_started_ = transfer.upload_started_ || length != 0;
  transfer.upload_wanted_.notify();
  if (length != 0 || transfer.upload_ended_) return length;
  transfer.upload_paused_ = true;
  return CURL_READFUNC_PAUSE;
}

// curl starts a request again on a fresh connection when the pooled one turned out to be closed.
int HttpTransfer::on_seek(void* self, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  if (origin != SEEK_SET || offset != 0) return CURL_SEEKFUNC_CANTSEEK;
  if (std::holds_alternative<std::string>(transfer.plan_.body)) {
    transfer.upload_sent_ = 0;
    return CURL_SEEKFUNC_OK;
  }
  return transfer.upload_started_ ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
}

int HttpTransfer::on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t,
                              curl_off_t sent) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  if (std::exchange(transfer.progress_, received + sent) != received + sent) transfer.touch();
  return 0;
}

void HttpTransfer::start_pump() {
  asio::co_spawn(
      strand_, [self = shared_from_this()] { return self->pump(); },
      asio::bind_cancellation_slot(pump_cancel_.slot(),
                                   [self = shared_from_this()](std::exception_ptr failure) {
                                     if (!failure || self->ended_) return;
                                     self->fail(describe_source_failure(failure, self->plan_));
                                   }));
}

asio::awaitable<void> HttpTransfer::pump() {
  const auto& source = std::get<HttpBodySource>(plan_.body);
  while (!upload_ended_) {
    while (upload_sent_ < upload_.size()) co_await upload_wanted_.wait();
    std::string bytes = co_await source.read();
    if (ended_) co_return;
    upload_ = std::move(bytes);
    upload_sent_ = 0;
    upload_ended_ = upload_.empty();
    if (std::exchange(upload_paused_, false)) resume(CURLPAUSE_SEND);
  }
}

void HttpTransfer::watch_deadline() {
  if (plan_.deadline == std::chrono::steady_clock::time_point::max()) return;
  deadline_timer_.expires_at(plan_.deadline);
  deadline_timer_.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
    const auto self = weak.lock();
    if (!self || failure) return;
    self->fail(deadline_error(self->plan_));
  });
}

void HttpTransfer::watch_idle() {
  if (plan_.idle_timeout.count() <= 0) return;
  idle_timer_.expires_at(last_activity_ + plan_.idle_timeout);
  idle_timer_.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
    const auto self = weak.lock();
    if (!self || failure || self->ended_) return;
    // While one of our own sides holds the exchange up, the other end is not the one to blame.
    if (self->receive_paused_ || self->upload_paused_) self->touch();
    const auto now = std::chrono::steady_clock::now();
    if (now < self->last_activity_ + self->plan_.idle_timeout) return self->watch_idle();
    self->fail(idle_error(self->plan_));
  });
}

}  // namespace sandport
