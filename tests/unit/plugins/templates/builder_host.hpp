// The builder as the host calls it, in front of a service that a test plays.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>

#include "scratch_context.hpp"
#include "tests/unit/plugins/plugin_host.hpp"

namespace template_test {

using nlohmann::json;
using sandport::testkit::HttpAnswer;
using sandport::testkit::RecordedRequest;

inline HttpAnswer answer(int status, const std::string& body = {}) {
  HttpAnswer made;
  made.status = status;
  if (!body.empty()) made.body.push_back(body);
  return made;
}
inline HttpAnswer answer(int status, const char* body) { return answer(status, std::string(body)); }
inline HttpAnswer answer(int status, const json& body) { return answer(status, body.dump()); }

// Everything happens on the test's thread; time moves only while the builder waits for it.
class BuilderTest : public ScratchContext {
 protected:
  BuilderTest() {
    host_.set_state_dir(root_ + "/state");
    host_.http().handler = [this](const RecordedRequest& request) { return serve(request); };
  }
  ~BuilderTest() override {
    sink_.reset();
    if (builder_ != nullptr) builder_->destroy(builder_);
  }

  void make(json more = json::object()) {
    json config{{"api_url", "http://service"}, {"api_key", "e2b_0123"}};
    config.update(more);
    if (builder_ != nullptr) builder_->destroy(builder_);
    builder_ = static_cast<sp_template_builder*>(plugin_test::create(host_.get(), config.dump()));
    ASSERT_NE(builder_, nullptr);
  }

  [[nodiscard]] json source(const std::string& text, json more = json::object()) const {
    json made{{"file", root_ + "/t.yaml"}, {"text", text}, {"context", root_ + "/context"}};
    made.update(more);
    return made;
  }

  using Function = sp_code (*sp_template_builder::*)(sp_template_builder*, sp_str, sp_sink*,
                                                     sp_op**, sp_error*);
  void start(Function function, const std::string& text) {
    if (builder_ == nullptr) make();
    text_ = text;
    sink_ = std::make_unique<sandport::testkit::RecordingSink>();
    sink_->start([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return (builder_->*function)(builder_, sandport::to_str(text_), sink, op, error);
    });
  }
  // The code; the rest is in sink_.
  sp_code finish() {
    while (!sink_->done() && host_.clock().pending() > 0) {
      host_.clock().advance(std::chrono::milliseconds(100));
    }
    const sp_code code = sink_->wait();
    EXPECT_THAT(sink_->violations(), testing::IsEmpty());
    return code;
  }
  sp_code call(Function function, const std::string& text) {
    start(function, text);
    return finish();
  }
  sp_code build(const json& from) { return call(&sp_template_builder::build, from.dump()); }
  [[nodiscard]] json result() const { return json::parse(sink_->result()); }
  [[nodiscard]] std::vector<std::string> logged() const {
    std::vector<std::string> messages;
    for (const auto& event : sink_->events()) {
      if (event.channel == SP_CHANNEL_LOG) {
        messages.push_back(json::parse(event.payload).at("message"));
      }
    }
    return messages;
  }

  // Requests by method and path, without the query.
  [[nodiscard]] std::vector<RecordedRequest> sent(const std::string& method,
                                                  const std::string& path) {
    std::vector<RecordedRequest> found;
    for (const auto& request : host_.http().requests()) {
      if (request.method == method && path_of(request) == path) found.push_back(request);
    }
    return found;
  }
  static std::string path_of(const RecordedRequest& request) {
    const auto start = request.url.find('/', 8);
    return request.url.substr(start, request.url.find('?') - start);
  }

  // The service: one template, whose build runs through `polls_`.
  HttpAnswer serve(const RecordedRequest& request) {
    const std::string what = request.method + ' ' + path_of(request);
    if (auto planned = answers_.find(what); planned != answers_.end() && !planned->second.empty()) {
      HttpAnswer first = planned->second.front();
      planned->second.erase(planned->second.begin());
      return first;
    }
    if (what == "POST /v3/templates") {
      return answer(202, {{"templateID", "tid"}, {"buildID", "bid"}, {"names", {"x"}}});
    }
    if (what == "POST /v2/templates/tid/builds/bid") return answer(202);
    if (what == "GET /templates/tid/builds/bid/status") {
      return answer(200, {{"status", "ready"}, {"logEntries", json::array()}});
    }
    if (what == "GET /templates/tid/tags") {
      return answer(200, json::array({{{"tag", "default"}, {"buildID", "bid"}}}));
    }
    if (what.starts_with("GET /templates/tid/files/")) {
      return answer(201, {{"present", false}, {"url", "http://storage/put?signature=s"}});
    }
    if (what == "PUT /put") return answer(200);
    return answer(404, {{"code", 404}, {"message", "no such thing"}});
  }
  void plan_answer(const std::string& what, HttpAnswer given) {
    answers_[what].push_back(std::move(given));
  }

  static json entry(const std::string& message, const std::string& step = {}) {
    json made{{"timestamp", "2026-01-01T00:00:00Z"}, {"level", "info"}, {"message", message}};
    if (!step.empty()) made["step"] = step;
    return made;
  }
  static HttpAnswer status(const std::string& state, const json& entries = json::array(),
                           const json& reason = nullptr) {
    json body{
        {"templateID", "tid"}, {"buildID", "bid"}, {"status", state}, {"logEntries", entries}};
    if (!reason.is_null()) body["reason"] = reason;
    return answer(200, body);
  }
  static constexpr const char* kStatus = "GET /templates/tid/builds/bid/status";

  sandport::testkit::FakeHost host_;
  sp_template_builder* builder_ = nullptr;
  std::string text_;
  std::unique_ptr<sandport::testkit::RecordingSink> sink_;
  std::map<std::string, std::vector<HttpAnswer>> answers_;
};

}  // namespace template_test
