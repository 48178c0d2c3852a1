// One HTTP exchange on the client's strand: a curl easy handle with bounded buffers on both sides.
#pragma once

#include <array>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "host/engine/http/client.hpp"
#include "host/engine/http/head_parser.hpp"
#include "host/engine/http/libcurl.hpp"
#include "host/engine/http/multi.hpp"
#include "host/engine/strand_event.hpp"
#include "host/engine/url.hpp"

namespace sandport {

// What a transfer is told to do; defaults are filled in already.
struct HttpPlan {
  Url url;
  std::string method;
  std::vector<HttpHeader> headers;
  std::variant<std::string, HttpBodySource> body;
  std::chrono::milliseconds connect_timeout{0};
  std::chrono::milliseconds idle_timeout{0};
  std::chrono::milliseconds total_timeout{0};  // for messages; `deadline` decides
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::shared_ptr<const NetworkSettings> settings;
};

// Every member runs on the strand, except the constructor and strand().
class HttpTransfer : public std::enable_shared_from_this<HttpTransfer> {
 public:
  HttpTransfer(Strand strand, std::shared_ptr<HttpMulti> multi, HttpPlan plan);
  ~HttpTransfer();
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  [[nodiscard]] const Strand& strand() const { return strand_; }
  [[nodiscard]] const HttpPlan& plan() const { return plan_; }
  [[nodiscard]] bool ended() const { return ended_; }

  void start();
  boost::asio::awaitable<HttpHead> head();
  boost::asio::awaitable<std::string> read();
  // Ends the exchange, and closes its connection, unless it has ended; what is buffered is dropped.
  void fail(const Error& error);

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_upload(char* into, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static int on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent);

  void configure();
  void configure_method();
  void configure_network();
  void add_headers();
  void append_header(const std::string& line);
  [[nodiscard]] bool has_body() const;

  void finish(CURLcode code);
  void end();
  void resume(int which);
  void start_pump();
  boost::asio::awaitable<void> pump();
  void watch_deadline();
  void watch_idle();
  void touch() { last_activity_ = std::chrono::steady_clock::now(); }

  Strand strand_;
  std::shared_ptr<HttpMulti> multi_;
  HttpPlan plan_;
  std::unique_ptr<CURL, decltype(LibCurl::easy_cleanup)> easy_;
  std::unique_ptr<curl_slist, decltype(LibCurl::slist_free_all)> header_list_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};

  HttpHeadParser parser_;
  std::string received_;
  std::uint64_t received_total_ = 0;
  bool receive_paused_ = false;
  StrandEvent changed_;  // head, body or end

  std::string upload_;
  std::size_t upload_sent_ = 0;  // bytes of upload_
  bool upload_started_ = false;
  bool upload_ended_ = false;
  bool upload_paused_ = false;
  StrandEvent upload_wanted_;
  boost::asio::cancellation_signal pump_cancel_;

  boost::asio::steady_timer deadline_timer_;
  boost::asio::steady_timer idle_timer_;
  std::chrono::steady_clock::time_point last_activity_;
  curl_off_t progress_ = 0;

  bool added_ = false;
  bool ended_ = false;
  std::optional<Error> error_;
};

}  // namespace sandport
