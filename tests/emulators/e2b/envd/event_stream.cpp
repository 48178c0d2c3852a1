#include "tests/emulators/e2b/envd/event_stream.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/json_text.hpp"
#include "tests/emulators/e2b/envd/envelope.hpp"
#include "tests/emulators/e2b/envd/rpc.hpp"

namespace sandport::e2b_emulator {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDefaultKeepalive{90'000};

}  // namespace

EventStream::EventStream(Call& call) : call_(call) {}

Task<void> EventStream::begin() {
  co_await call_.exchange.begin(200, "Content-Type: application/connect+json");
  co_await commit_fault();
}

Task<void> EventStream::send(std::string_view json) {
  const std::string frame = encode_envelope(0, json);
  co_await call_.exchange.chunk(frame);
  ++frames_;
  co_await commit_fault();
}

Task<void> EventStream::end(const ConnectFailure* failure) {
  if (call_.rule && call_.rule->fault == Fault::kNoEndFrame) {
    co_await call_.exchange.end();
    throw StreamBroken();
  }
  nlohmann::json last = nlohmann::json::object();
  if (failure != nullptr) {
    last["error"]["code"] = connect_code_name(failure->code());
    last["error"]["message"] = failure->what();
  }
  const std::string frame = encode_envelope(Envelope::kEnd, json_text(last));
  co_await call_.exchange.chunk(frame);
  co_await call_.exchange.end();
}

Task<void> EventStream::commit_fault() {
  if (!call_.rule || frames_ != call_.rule->frames) co_return;
  const Fault fault = call_.rule->fault;
  testing::Exchange& exchange = call_.exchange;
  if (fault == Fault::kHalfFrame) {
    co_await exchange.chunk(encode_envelope(0, R"({"event":{"keepalive":{}}})").substr(0, 11));
    co_await exchange.end();
    throw StreamBroken();
  }
  if (fault == Fault::kGarbage) {
    co_await exchange.chunk("\x17\xfe this is no frame of anything");
    co_await exchange.end();
    throw StreamBroken();
  }
  if (fault == Fault::kGiantFrame) {
    co_await exchange.chunk(std::string("\x00\xff\xff\xff\xff{", 6));
    co_await exchange.stall();
  }
  if (fault == Fault::kSilence) co_await exchange.stall();
  if (fault == Fault::kPauseSandbox) co_await call_.world.pause(call_.sandbox, true);
  if (fault == Fault::kExpireSandbox) co_await call_.world.expire(call_.sandbox);
}

std::optional<milliseconds> EventStream::header_number(std::string_view name, int unit) const {
  const std::string text = call_.header(name);
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
  if (text.empty() || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return milliseconds(number * unit);
}

Task<bool> EventStream::serve(std::shared_ptr<Inbox> inbox, std::string keepalive) {
  using Clock = std::chrono::steady_clock;
  // Whoever waits for room in it learns that nobody empties it any more.
  struct Closed {
    explicit Closed(Inbox& of) : closed(of) {}
    ~Closed() { closed.cut(); }
    Closed(const Closed&) = delete;
    Closed& operator=(const Closed&) = delete;
    Inbox& closed;
  };
  const Closed closed(*inbox);
  const auto spacing = header_number("Keepalive-Ping-Interval", 1000).value_or(kDefaultKeepalive);
  const auto limit = header_number("Connect-Timeout-Ms", 1);
  const auto deadline = limit ? began_ + *limit : Clock::time_point::max();
  auto next_keepalive = Clock::now() + spacing;
  for (;;) {
    const Inbox::News news = co_await inbox->next(std::min(deadline, next_keepalive));
    if (news == Inbox::News::kMessage) {
      const std::string message = inbox->take();
      co_await send(message);
      next_keepalive = Clock::now() + spacing;
    } else if (news == Inbox::News::kDeadline) {
      if (Clock::now() >= deadline) co_return false;
      co_await send(keepalive);
      next_keepalive = Clock::now() + spacing;
    } else if (news == Inbox::News::kFinished) {
      co_await end();
      co_return true;
    } else if (news == Inbox::News::kFailed) {
      co_await end(&inbox->failure());
      co_return true;
    } else {
      call_.exchange.close();
      throw StreamBroken();
    }
  }
}

}  // namespace sandport::e2b_emulator
