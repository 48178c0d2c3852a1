#include "wait.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sizes.hpp"

namespace e2b_template {
namespace {

using sandport::Error;
using sandport::Task;
using std::chrono::milliseconds;
using Json = nlohmann::json;

constexpr milliseconds kShortestPause{200};
constexpr milliseconds kLongestPause{2000};

std::string member_text(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  return found->is_number() ? found->dump() : std::string();
}

class Waiter {
 public:
  Waiter(sandport::Host host, const Api& api, const Options& options, BuildIds ids, BuildLog& log)
      : host_(host), api_(api), options_(options), ids_(std::move(ids)), log_(log) {}

  // The status that ended the build, after all of its log was passed on.
  Task<BuildStatus> run() {
    const auto start = host_.monotonic_now();
    milliseconds pause = kShortestPause;
    while (true) {
      const std::size_t before = offset_;
      const std::optional<BuildStatus> status = co_await look();
      const bool ended = status && (status->state == "ready" || status->state == "error");
      if (ended) {
        co_await drain();
        co_return *status;
      }
      check_deadline(start);
      // What is silent is asked less often.
      pause = offset_ > before ? kShortestPause : std::min(pause * 3 / 2, kLongestPause);
      if (!status) pause = std::max(pause, wish_);
      co_await sandport::sleep_for(host_, pause);
    }
  }

 private:
  // Nothing when the service could not be asked, and may be asked again.
  Task<std::optional<BuildStatus>> look() {
    std::optional<BuildStatus> status;
    std::optional<Error> failure;
    try {
      status = co_await poll_build(api_, ids_, offset_, &log_, 1);
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure = error;
    }
    if (!failure) {
      outage_.reset();
      co_return status;
    }
    const auto now = host_.monotonic_now();
    if (!outage_) outage_ = now;
    const bool temporary = failure->retryable() || failure->code() == SP_UNAVAILABLE ||
                           failure->code() == SP_INTERRUPTED ||
                           failure->code() == SP_DEADLINE_EXCEEDED;
    if (!temporary || now - *outage_ >= options_.outage_limit) throw Error(*failure);
    wish_ = failure->retry_after();
    co_return std::nullopt;
  }

  // A status comes with a page of entries; there may be more of them.
  Task<void> drain() {
    std::size_t before = 0;
    do {
      before = offset_;
      const BuildStatus status = co_await poll_build(api_, ids_, offset_, &log_, 5);
      static_cast<void>(status);
    } while (offset_ > before);
  }

  void check_deadline(std::chrono::nanoseconds start) const {
    const auto limit = options_.build_timeout;
    if (limit.count() <= 0 || host_.monotonic_now() - start < limit) return;
    throw Error(SP_DEADLINE_EXCEEDED,
                "the build was not ready within " + duration_text(limit) +
                    "; it goes on at the service (template " + ids_.template_id + ", build " +
                    ids_.build_id + ')',
                "BUILD_TIMEOUT");
  }

  sandport::Host host_;
  const Api& api_;
  const Options& options_;
  BuildIds ids_;
  BuildLog& log_;
  std::size_t offset_ = 0;
  std::optional<std::chrono::nanoseconds> outage_;  // since when polls fail
  milliseconds wish_{0};                            // of the service, after a failed poll
};

}  // namespace

Task<BuildStatus> poll_build(const Api& api, BuildIds ids, std::size_t& offset, BuildLog* log,
                             int attempts) {
  ApiCall call{"GET", "/templates/" + encode_part(ids.template_id) + "/builds/" +
                          encode_part(ids.build_id) +
                          "/status?logsOffset=" + std::to_string(offset)};
  call.attempts = attempts;
  const Json reply = co_await api.fetch(std::move(call));
  BuildStatus status;
  if (!reply.is_object()) co_return status;
  status.state = member_text(reply, "status");
  if (const auto reason = reply.find("reason"); reason != reply.end() && reason->is_object()) {
    status.reason = {member_text(*reason, "message"), member_text(*reason, "step")};
  }
  const auto entries = reply.find("logEntries");
  if (entries == reply.end() || !entries->is_array()) co_return status;
  for (const Json& entry : *entries) {
    if (entry.is_object() && log != nullptr) co_await log->entry(entry);
    ++offset;
  }
  co_return status;
}

Task<void> wait_for_build(sandport::Host host, const Api& api, const Options& options, BuildIds ids,
                          std::optional<BuildRecord> record, BuildLog& log) {
  Waiter waiter{host, api, options, ids, log};
  const BuildStatus status = co_await waiter.run();
  if (status.state == "ready") co_return;
  throw build_failure(ids, status.reason, record, log.last_of(status.reason.step));
}

}  // namespace e2b_template
