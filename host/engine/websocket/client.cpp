#include "host/engine/websocket/client.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <mutex>

#include "host/engine/base64.hpp"
#include "host/engine/cancelled.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/http/plan.hpp"
#include "host/engine/proxy.hpp"
#include "host/engine/run_on.hpp"
#include "host/engine/websocket/dial.hpp"
#include "host/engine/websocket/refusal.hpp"
#include "host/engine/websocket/session.hpp"

namespace sandport {
namespace asio = boost::asio;

namespace {

// Runs `work` until it ends or `timer` does, whichever is first.
template <typename T>
asio::awaitable<std::optional<T>> race(asio::awaitable<T> work, asio::steady_timer& timer) {
  auto result = std::make_shared<std::optional<T>>();
  const auto executor = co_await asio::this_coro::executor;
  const auto ended =
      co_await asio::experimental::make_parallel_group(
          asio::co_spawn(executor, detail::store<T>(std::move(work), result), asio::deferred),
          timer.async_wait(asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  const std::exception_ptr failure = std::get<1>(ended);
  if (*result) co_return std::move(**result);
  if (std::get<0>(ended)[0] == 0 && failure) std::rethrow_exception(failure);
  co_return std::nullopt;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string host_header(const Url& url) {
  const std::string host =
      url.host.find(':') == std::string::npos ? url.host : '[' + url.host + ']';
  const bool usual = url.port == (url.scheme == "wss" ? "443" : "80");
  return usual ? host : host + ':' + url.port;
}

Url check(const WebSocketRequest& request) {
  Url url = parse_url(request.url);
  if ((url.scheme != "ws" && url.scheme != "wss") || url.host.empty()) {
    throw Error(Code::kInvalidArgument, "not a usable URL: it must begin with ws:// or wss://");
  }
  check_headers(request.headers);
  check_headers({{"Sec-WebSocket-Protocol", join(request.subprotocols)}});
  return url;
}

}  // namespace

struct WebSocketClient::State {
  State(Engine& with_engine, NetworkSettings with)
      : executor(with_engine.executor()), stop(with_engine.stopping()), settings(std::move(with)) {}

  // Reading the certificates takes a while: once, and only for those who need them.
  asio::ssl::context& tls_context() {
    const std::lock_guard lock(mutex);
    if (tls) return *tls;
    const std::string file = effective_ca_file(settings);
    const std::string directory = effective_ca_dir(settings);
    asio::ssl::context context(asio::ssl::context::tls_client);
    try {
      context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
      if (file.empty()) context.set_default_verify_paths();
      if (!file.empty()) context.load_verify_file(file);
      if (!directory.empty()) context.add_verify_path(directory);
    } catch (const boost::system::system_error& error) {
      throw Error(Code::kFailedPrecondition,
                  "cannot read the trusted certificates: " + error.code().message() +
                      "; check the file that SSL_CERT_FILE, CURL_CA_BUNDLE or ca_file names");
    }
    return tls.emplace(std::move(context));
  }

  WebSocketHandshake handshake_of(const WebSocketRequest& request, const Url& url,
                                  std::chrono::milliseconds timeout) const {
    WebSocketHandshake handshake;
    handshake.host_header = host_header(url);
    handshake.target = url.target;
    handshake.headers = request.headers;
    HttpHead given;
    given.headers = request.headers;
    if (given.find("User-Agent") == nullptr) {
      handshake.headers.push_back({"User-Agent", settings.user_agent});
    }
    if (!request.subprotocols.empty()) {
      handshake.headers.push_back({"Sec-WebSocket-Protocol", join(request.subprotocols)});
    }
    if (!url.user.empty() && given.find("Authorization") == nullptr) {
      handshake.headers.push_back(
          {"Authorization", "Basic " + base64_encode(url.user + ':' + url.password)});
    }
    handshake.close_timeout = timeout;
    handshake.max_message_bytes = request.max_message_bytes;
    return handshake;
  }

  asio::awaitable<WebSocketAnswer> open(Strand strand, const Url& url,
                                        const WebSocketHandshake& handshake) {
    auto socket = co_await dial(strand, url, proxy_for(settings, url));
    if (url.scheme == "ws") co_return co_await open_link(std::move(socket), handshake);
    co_return co_await open_tls_link(std::move(socket), tls_context(), url.host,
                                     certificate_advice(settings), handshake);
  }

  // Owns its state, so that the client may go meanwhile.
  static asio::awaitable<WebSocket> connect(std::shared_ptr<State> state, Strand strand,
                                            WebSocketRequest request) {
    const Url url = check(request);
    const auto timeout = request.connect_timeout.value_or(state->settings.connect_timeout);
    auto timer = std::make_shared<asio::steady_timer>(strand);
    timer->expires_at(timeout.count() > 0 ? std::chrono::steady_clock::now() + timeout
                                          : std::chrono::steady_clock::time_point::max());
    const std::stop_callback on_stop(
        state->stop, [strand, timer] { asio::post(strand, [timer] { timer->cancel(); }); });
    const auto handshake = state->handshake_of(request, url, timeout);
    std::optional<WebSocketAnswer> answer;
    try {
      answer = co_await race(state->open(strand, url, handshake), *timer);
    } catch (const boost::system::system_error& error) {
      if (error.code() == asio::error::operation_aborted) throw cancelled_error();
      throw handshake_failure(url, error.code());
    }
    if (state->stop.stop_requested()) throw cancelled_error();
    if (!answer) throw handshake_timeout(url, timeout);
    if (!answer->link) throw handshake_refusal(url, answer->head, answer->body);
    WebSocketSession::Settings settings{url.shown,
                                        request.idle_timeout.value_or(state->settings.idle_timeout),
                                        request.max_message_bytes};
    auto session =
        std::make_shared<WebSocketSession>(strand, std::move(answer->link), std::move(settings));
    session->start(state->stop);
    co_return WebSocket(std::move(session), std::move(answer->head));
  }

  asio::any_io_executor executor;
  std::stop_token stop;
  NetworkSettings settings;
  std::mutex mutex;
  std::optional<asio::ssl::context> tls;
};

WebSocketClient::WebSocketClient(Engine& engine, NetworkSettings settings)
    : state_(std::make_shared<State>(engine, std::move(settings))) {}
WebSocketClient::~WebSocketClient() = default;

asio::awaitable<WebSocket> WebSocketClient::connect(WebSocketRequest request) {
  const Strand strand(state_->executor);
  co_return co_await run_on(strand, State::connect(state_, strand, std::move(request)));
}

}  // namespace sandport
