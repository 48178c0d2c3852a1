#include <algorithm>
#include <chrono>
#include <utility>

#include "core/error.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/http/client.hpp"
#include "host/engine/run_on.hpp"
#include "host/engine/services/flow.hpp"
#include "host/engine/services/headers.hpp"
#include "host/engine/services/reader_source.hpp"
#include "host/engine/services/tables.hpp"
#include "host/plugin/adapt/status.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::services {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kLargestEvent = 256 * 1024;

HttpRequest to_request(const sp_http_request& from) {
  HttpRequest request;
  if (from.method.size != 0) request.method = adapt::copy(from.method);
  request.url = adapt::copy(from.url);
  request.headers = copy_headers(from.headers, from.header_count);
  request.max_redirects = from.max_redirects;
  if (from.reader == nullptr) request.body = std::string(adapt::view(from.body));
  request.connect_timeout = given_timeout(from.connect_timeout_ms);
  request.idle_timeout = given_timeout(from.idle_timeout_ms);
  request.total_timeout = given_timeout(from.total_timeout_ms);
  return request;
}

HttpBodySource to_body(const std::shared_ptr<ReaderSource>& source, const Strand& strand,
                       std::uint64_t size) {
  HttpBodySource body;
  body.read = [source, strand] { return run_on(strand, ReaderSource::read(source)); };
  if (size != UINT64_MAX) body.size = size;
  return body;
}

asio::awaitable<std::string> exchange(HttpClient& client, HttpRequest request,
                                      std::shared_ptr<Flow> flow) {
  HttpResponse response = co_await client.send(std::move(request));
  const std::string head = format_head(response.head());
  co_await flow->emit(SP_CHANNEL_HTTP_HEAD, head);
  while (true) {
    const std::string bytes = co_await response.read();
    if (bytes.empty()) co_return std::string();
    for (std::size_t at = 0; at < bytes.size(); at += kLargestEvent) {
      co_await flow->emit(SP_CHANNEL_HTTP_BODY, std::string_view(bytes).substr(at, kLargestEvent));
    }
  }
}

sp_code send(const sp_http* self, const sp_http_request* given, sp_sink* sink, sp_op** out_op,
             sp_error* error) noexcept {
  std::shared_ptr<ReaderSource> source;
  try {
    const auto& http = *static_cast<const Http*>(self);
    const sp_http_request from = adapt::copy_struct(given);
    const Strand strand = http.engine.make_strand();
    auto request = std::make_shared<HttpRequest>(to_request(from));
    if (from.reader != nullptr) {
      source = std::make_shared<ReaderSource>(from.reader, strand);
      request->body = to_body(source, strand, from.reader_size);
      source->own();
    }
    Flow::launch(strand, http.engine.stopping(), sink, out_op,
                 [&client = http.client, request](std::shared_ptr<Flow> flow) {
                   return exchange(client, std::move(*request), std::move(flow));
                 });
    return SP_OK;
  } catch (...) {
    if (source) source->disown();
    return adapt::refuse(error, adapt::to_error(std::current_exception()));
  }
}

}  // namespace

Http::Http(Engine& shared_engine, HttpClient& shared)
    : sp_http{sizeof(sp_http), &services::send}, engine(shared_engine), client(shared) {}

}  // namespace sandport::services
