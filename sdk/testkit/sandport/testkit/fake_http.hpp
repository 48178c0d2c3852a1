// HTTP without a network: records requests, answers with what a test prepared.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/testkit/executor.hpp>
#include <sandport/testkit/fake_operation.hpp>
#include <sandport/text.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sandport::testkit {

struct RecordedRequest {
  std::string method;
  std::string url;
  Pairs headers;
  std::string body;  // of an upload: what the reader had ready, see FakeHttp

  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

// One answer. Without an end it stays open: the test sends the rest through `exchange()`.
struct HttpAnswer {
  int status = 200;
  Pairs headers = {};
  std::vector<std::string> body = {};  // one event each
  bool stays_open = false;
  std::optional<Error> refused = std::nullopt;  // in place of a response
  std::optional<Error> broken = std::nullopt;   // after the body, in place of its end
};

// Reads uploads as far as they are ready inside send; readers that say AGAIN are waited for.
class FakeHttp {
 public:
  explicit FakeHttp(Executor& executor) : executor_(executor) {
    service_.table = {kStructSize<sp_http>, &send};
    service_.owner = this;
  }
  FakeHttp(const FakeHttp&) = delete;
  FakeHttp& operator=(const FakeHttp&) = delete;

  // Answers the next request that has no answer yet. When none is left, `handler` answers, and
  // without one the request is refused with SP_UNAVAILABLE.
  void reply(int status, std::string body = {}, Pairs headers = {}) {
    HttpAnswer answer;
    answer.status = status;
    answer.headers = std::move(headers);
    if (!body.empty()) answer.body.push_back(std::move(body));
    reply(std::move(answer));
  }
  void reply(HttpAnswer answer) {
    const std::lock_guard lock{mutex_};
    answers_.push_back(std::move(answer));
  }
  // Set before the first request; any thread may call it.
  std::function<HttpAnswer(const RecordedRequest&)> handler;

  [[nodiscard]] std::vector<RecordedRequest> requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
  }
  // The latest exchange that was answered: for answers that stay open.
  [[nodiscard]] std::shared_ptr<FakeOperation> exchange() const {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return latest_ != nullptr; });
    return latest_;
  }
  [[nodiscard]] const sp_http* table() const noexcept { return &service_.table; }

 private:
  struct Service {
    sp_http table{};
    FakeHttp* owner = nullptr;
  };
  struct Upload {
    FakeHttp* owner;
    sp_reader* reader;
    RecordedRequest request;
    std::shared_ptr<FakeOperation> operation;
  };

  static sp_code send(const sp_http* at, const sp_http_request* raw, sp_sink* sink, sp_op** out_op,
                      sp_error*) noexcept {
    auto& self = *reinterpret_cast<const Service*>(at)->owner;
    auto upload = std::make_unique<Upload>();
    upload->owner = &self;
    upload->reader = raw->reader;
    upload->request.method = to_string(raw->method);
    upload->request.url = to_string(raw->url);
    for (std::size_t i = 0; i < raw->header_count; ++i) {
      upload->request.headers.emplace_back(to_string(raw->headers[i].name),
                                           to_string(raw->headers[i].value));
    }
    upload->request.body = to_string(raw->body);
    upload->operation = FakeOperation::accept(self.executor_, sink, out_op);
    self.executor_.post([raw_upload = upload.release()] { pull(raw_upload); });
    return SP_OK;
  }

  static void pull(Upload* upload) {
    char buffer[4096];
    while (upload->reader != nullptr) {
      const auto count = upload->reader->read(upload->reader, buffer, sizeof buffer);
      if (count == SP_READ_AGAIN) {
        upload->reader->wait(
            upload->reader,
            [](void* context) {
              auto* waiting = static_cast<Upload*>(context);
              waiting->owner->executor_.post([waiting] { pull(waiting); });
            },
            upload);
        return;
      }
      if (count > 0) {
        upload->request.body.append(buffer, static_cast<std::size_t>(count));
        continue;
      }
      upload->reader->release(std::exchange(upload->reader, nullptr));
      if (count == SP_READ_FAILED) {
        upload->operation->fail(Error(SP_DATA_LOSS, "the upload broke"));
        delete upload;
        return;
      }
    }
    const std::unique_ptr<Upload> owned{upload};
    upload->owner->answer(std::move(upload->request), upload->operation);
  }

  void answer(RecordedRequest request, const std::shared_ptr<FakeOperation>& operation) {
    std::optional<HttpAnswer> prepared;
    {
      const std::lock_guard lock{mutex_};
      requests_.push_back(request);
      if (!answers_.empty()) {
        prepared = std::move(answers_.front());
        answers_.pop_front();
      }
    }
    if (!prepared && handler) prepared = handler(request);
    if (!prepared) {
      operation->fail(
          Error(SP_UNAVAILABLE, "no answer was prepared for " + request.url, {}, Retry::kYes));
      return;
    }
    if (prepared->refused) {
      operation->fail(*prepared->refused);
      return;
    }
    std::string head = "HTTP/1.1 " + std::to_string(prepared->status) + " -\r\n";
    for (const auto& [name, value] : prepared->headers) head += name + ": " + value + "\r\n";
    operation->event(SP_CHANNEL_HTTP_HEAD, std::move(head));
    for (auto& piece : prepared->body) {
      operation->event(SP_CHANNEL_HTTP_BODY, std::move(piece));
    }
    if (prepared->broken) {
      operation->fail(*prepared->broken);
    } else if (!prepared->stays_open) {
      operation->finish();
    }
    const std::lock_guard lock{mutex_};
    latest_ = operation;
    changed_.notify_all();
  }

  Executor& executor_;
  Service service_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<HttpAnswer> answers_;
  std::vector<RecordedRequest> requests_;
  std::shared_ptr<FakeOperation> latest_;
};

}  // namespace sandport::testkit
