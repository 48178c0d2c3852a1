#include "host/engine/http/client.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cctype>
#include <optional>
#include <stop_token>

#include "host/engine/cancelled.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/http/multi.hpp"
#include "host/engine/http/plan.hpp"
#include "host/engine/http/transfer.hpp"
#include "host/engine/run_on.hpp"

namespace sandport {
namespace asio = boost::asio;

namespace {

void cancel_transfer(const std::shared_ptr<HttpTransfer>& transfer) {
  asio::post(transfer->strand(), [transfer] { transfer->fail(cancelled_error()); });
}

// Owns the transfer while it reads, so that the response may go meanwhile.
asio::awaitable<std::string> read_from(std::shared_ptr<HttpTransfer> transfer) {
  co_return co_await transfer->read();
}

// Ends a transfer whose caller went away while it waited for the head.
class CancelUnlessKept {
 public:
  explicit CancelUnlessKept(std::shared_ptr<HttpTransfer> transfer)
      : transfer_(std::move(transfer)) {}
  ~CancelUnlessKept() {
    if (transfer_) cancel_transfer(transfer_);
  }
  CancelUnlessKept(const CancelUnlessKept&) = delete;
  CancelUnlessKept& operator=(const CancelUnlessKept&) = delete;
  std::shared_ptr<HttpTransfer> keep() { return std::move(transfer_); }

 private:
  std::shared_ptr<HttpTransfer> transfer_;
};

}  // namespace

const std::string* HttpHead::find(std::string_view name) const {
  const auto same = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  for (const auto& header : headers) {
    if (std::equal(header.name.begin(), header.name.end(), name.begin(), name.end(), same)) {
      return &header.value;
    }
  }
  return nullptr;
}

struct HttpClient::State {
  State(const Strand& on, NetworkSettings with)
      : strand(on),
        settings(std::make_shared<NetworkSettings>(std::move(with))),
        multi(std::make_shared<HttpMulti>(strand)) {}

  std::shared_ptr<HttpTransfer> begin(HttpPlan plan) const {
    auto transfer = std::make_shared<HttpTransfer>(strand, multi, std::move(plan));
    transfer->start();
    return transfer;
  }

  // The coroutines own what they use, so that the client and the response may go at any time.
  static asio::awaitable<HttpResponse> send(std::shared_ptr<State> state, HttpRequest request) {
    unsigned redirects_left = request.max_redirects;
    HttpPlan plan = make_plan(std::move(request), state->settings);
    while (true) {
      const auto transfer = state->begin(std::move(plan));
      CancelUnlessKept guard(transfer);
      HttpHead head = co_await transfer->head();
      std::optional<HttpPlan> next;
      if (redirects_left != 0) next = redirected_plan(transfer->plan(), head);
      if (!next) co_return HttpResponse(guard.keep(), std::move(head));
      --redirects_left;
      plan = std::move(*next);
    }
  }

  Strand strand;
  std::shared_ptr<const NetworkSettings> settings;
  std::shared_ptr<HttpMulti> multi;
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
};

HttpClient::HttpClient(Engine& engine, NetworkSettings settings) {
  state_ = std::make_shared<State>(engine.make_strand(), std::move(settings));
  state_->on_stop.emplace(engine.stopping(), [strand = state_->strand, multi = state_->multi] {
    asio::post(strand, [multi] { multi->close(); });
  });
}

HttpClient::~HttpClient() {
  state_->on_stop.reset();
  asio::post(state_->strand, [multi = state_->multi] { multi->close(); });
}

asio::awaitable<HttpResponse> HttpClient::send(HttpRequest request) {
  co_return co_await run_on(state_->strand, State::send(state_, std::move(request)));
}

HttpResponse::HttpResponse(std::shared_ptr<HttpTransfer> transfer, HttpHead head)
    : transfer_(std::move(transfer)), head_(std::move(head)) {}
HttpResponse::HttpResponse(HttpResponse&&) noexcept = default;

HttpResponse& HttpResponse::operator=(HttpResponse&& other) noexcept {
  std::swap(transfer_, other.transfer_);
  std::swap(head_, other.head_);
  return *this;
}

HttpResponse::~HttpResponse() { cancel(); }

asio::awaitable<std::string> HttpResponse::read() {
  const auto transfer = transfer_;
  co_return co_await run_on(transfer->strand(), read_from(transfer));
}

asio::awaitable<std::string> HttpResponse::read_all(std::size_t limit) {
  std::string all;
  while (true) {
    const std::string bytes = co_await read();
    if (bytes.empty()) co_return all;
    if (bytes.size() > limit - all.size()) {
      throw Error(Code::kResourceExhausted,
                  "the reply is longer than the " + std::to_string(limit) + " bytes allowed");
    }
    all += bytes;
  }
}

void HttpResponse::cancel() {
  if (transfer_) cancel_transfer(transfer_);
}

}  // namespace sandport
