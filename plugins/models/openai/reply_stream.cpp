#include "reply_stream.hpp"
#include "json_access.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "error_text.hpp"
#include "reply_builder.hpp"
#include "sse_parser.hpp"
#include "stream_error.hpp"

namespace openai {
namespace {

using Json = nlohmann::json;
using sandport::Error;
using sandport::Retry;
using sandport::Task;

// Collects what one piece of the body brings; the coroutine then sends it, and waits where needed.
class Collector : public ReplyListener {
 public:
  void on_text(std::string_view fragment) override { add(SP_CHANNEL_TEXT, fragment); }
  void on_reasoning(std::string_view fragment) override { add(SP_CHANNEL_REASONING, fragment); }
  void on_tool_call(const Json& delta) override {
    events_.emplace_back(SP_CHANNEL_TOOL_CALL, to_text(delta));
  }
  void on_usage(const Json& usage) override {
    events_.emplace_back(SP_CHANNEL_USAGE, to_text(usage));
  }

  Task<void> send(sandport::ChatSink& sink) {
    const auto events = std::exchange(events_, {});
    for (const auto& [channel, payload] : events) co_await sink.emitter().emit(channel, payload);
  }

 private:
  // Fragments that came together are sent together.
  void add(std::uint32_t channel, std::string_view fragment) {
    if (!events_.empty() && events_.back().first == channel) {
      events_.back().second += fragment;
    } else {
      events_.emplace_back(channel, fragment);
    }
  }

  std::vector<std::pair<std::uint32_t, std::string>> events_;
};

[[noreturn]] void fail_chunk(const std::string& why, std::string_view data) {
  throw Error(SP_INTERRUPTED,
              "the model server sent what is no chunk of a reply (" + why +
                  "): " + read_error_body(data).message,
              "BAD_CHUNK", Retry::kYes);
}

void add_chunk(ReplyBuilder& builder, const SseEvent& event) {
  const std::size_t first = event.data.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return;
  if (event.data.substr(first).starts_with("[DONE]")) return builder.mark_done();
  const Json chunk =
      Json::parse(escape_broken_utf8(event.data), nullptr, /*allow_exceptions=*/false);
  if (chunk.is_discarded()) fail_chunk("invalid JSON", event.data);
  if (event.name == "error" && chunk.is_object() && !chunk.contains("error")) {
    throw_stream_error(chunk);
  }
  builder.add(chunk);
}

// A whole JSON reply has no events, so nothing marks its end but the body's.
void add_whole(ReplyBuilder& builder, const std::string& body) {
  const Json reply = Json::parse(escape_broken_utf8(body), nullptr, /*allow_exceptions=*/false);
  if (!reply.is_object()) fail_chunk("neither events nor a JSON object", body);
  builder.add(reply);
  if (!reply.contains("choices")) fail_chunk("no choices in it", body);
  builder.mark_done();
}

bool is_event_stream(const sandport::HttpResponse& response, std::string_view start) {
  const auto type = response.header("content-type").value_or("");
  if (type.find("event-stream") != std::string_view::npos) return true;
  const std::size_t first = start.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  // Some servers stream under another type; a JSON reply begins with a brace, a page with a tag.
  return first != std::string_view::npos && start[first] != '{' && start[first] != '<';
}

void check_finished(ReplyBuilder& builder) {
  switch (builder.finish()) {
    case ReplyState::kOpen:
      throw Error(SP_INTERRUPTED, "the model server ended the stream before the reply was whole",
                  "STREAM_CUT", Retry::kYes);
    case ReplyState::kEmpty:
      throw Error(SP_UNAVAILABLE, "the model gave an empty reply", "EMPTY_REPLY", Retry::kYes);
    case ReplyState::kFinished:
      return;
  }
}

}  // namespace

Task<std::string> read_reply(sandport::HttpResponse& response, sandport::ChatSink& sink,
                             std::size_t max_event_bytes) {
  Collector collector;
  ReplyBuilder builder(collector);
  SseParser parser(max_event_bytes);
  const SseParser::OnEvent on_event = [&builder](const SseEvent& event) {
    add_chunk(builder, event);
  };
  std::string whole;
  bool streams = false;
  bool first = true;
  while (auto piece = co_await response.read()) {
    if (first && !piece->empty()) {
      streams = is_event_stream(response, *piece);
      first = false;
    }
    try {
      if (streams) {
        parser.feed(*piece, on_event);
      } else if (piece->size() > max_event_bytes - whole.size()) {
        throw std::length_error("the reply is larger than " + std::to_string(max_event_bytes) +
                                " bytes");
      } else {
        whole += *piece;
      }
    } catch (const std::length_error& error) {
      throw Error(SP_RESOURCE_EXHAUSTED,
                  std::string("the model server sent too much at once: ") + error.what() +
                      "; max_event_size of the model raises it",
                  "EVENT_TOO_LARGE");
    }
    co_await collector.send(sink);
  }
  if (streams) {
    parser.finish(on_event);
  } else if (!whole.empty()) {
    add_whole(builder, whole);
  }
  check_finished(builder);
  co_await collector.send(sink);
  co_return to_text(builder.result());
}

}  // namespace openai
