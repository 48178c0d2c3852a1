// The answers of a streaming call, one by one.
#pragma once

#include <optional>
#include <sandport/http.hpp>
#include <sandport/task.hpp>
#include <string>

#include "connect/envelope.hpp"
#include "http_exchange.hpp"

namespace sandport_e2b {

// One reader at a time. Destroying it drops the connection.
class ConnectStream {
 public:
  ConnectStream(sandport::HttpResponse response, std::string doing, Secrets secrets);

  // The next message's JSON, or nothing after a good end. Throws what the end says; and
  // SP_INTERRUPTED with reason::kStreamLost when the stream broke off or fell silent.
  [[nodiscard]] sandport::Task<std::optional<std::string>> next();

  // A waiting next() then throws. Any thread.
  void cancel() noexcept { response_.cancel(); }

 private:
  [[nodiscard]] sandport::Task<std::optional<std::string>> read_piece();

  sandport::HttpResponse response_;
  std::string doing_;
  Secrets secrets_;
  FrameParser parser_;
};

// Whether the error says that the stream is gone and its process may still run.
[[nodiscard]] bool is_stream_lost(const sandport::Error& error);

}  // namespace sandport_e2b
