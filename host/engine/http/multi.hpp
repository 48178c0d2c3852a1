// Drives libcurl's multi interface from Asio: its sockets and its timer, on one strand.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <unordered_map>

#include "host/engine/engine.hpp"
#include "host/engine/http/libcurl.hpp"

namespace sandport {

// Every member runs on the strand. Handlers keep it alive through shared_ptr until close().
class HttpMulti : public std::enable_shared_from_this<HttpMulti> {
 public:
  explicit HttpMulti(Strand strand);
  ~HttpMulti();
  HttpMulti(const HttpMulti&) = delete;
  HttpMulti& operator=(const HttpMulti&) = delete;

  // `done` is called once, never inside add(), unless remove() comes first. Both leave `easy` to
  // its owner. After close(), add() throws Error kUnavailable.
  using Done = std::function<void(CURLcode)>;
  void add(CURL* easy, Done done);
  void remove(CURL* easy);

  // Ends every transfer with CURLE_ABORTED_BY_CALLBACK and closes the pooled connections.
  void close();

 private:
  struct Watch;
  void open();
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* watch);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);

  void watch(curl_socket_t socket, int what, Watch* known);
  void wait(const std::shared_ptr<Watch>& watch, int what);
  void act(curl_socket_t socket, int events);
  void set_timer(long timeout_ms);
  void collect();

  Strand strand_;
  boost::asio::steady_timer timer_;
  CURLM* multi_ = nullptr;  // made by the first add()
  bool closed_ = false;
  std::unordered_map<CURL*, Done> transfers_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
};

}  // namespace sandport
