#include "core/agent/stream_json.hpp"
#include "core/json_text.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

Json line(const char* type) { return {{"schema_version", kStreamJsonVersion}, {"type", type}}; }

// JSON text as the value it stands for; broken text as a string.
Json value_of(std::string_view json) {
  Json value = Json::parse(json, nullptr, false);
  if (value.is_discarded()) value = json;
  return value;
}

Json usage_of(const Usage& usage) {
  return {{"input_tokens", usage.input_tokens},
          {"output_tokens", usage.output_tokens},
          {"cached_input_tokens", usage.cached_input_tokens},
          {"reasoning_tokens", usage.reasoning_tokens}};
}

const char* outcome_name(CallEnd end) {
  switch (end) {
    case CallEnd::kSucceeded:
      return "succeeded";
    case CallEnd::kFailed:
      return "failed";
    case CallEnd::kInterrupted:
      break;
  }
  return "interrupted";
}

struct Render {
  Json operator()(const TurnStarted& event) const {
    Json json = line("turn_started");
    json["turn"] = event.turn;
    return json;
  }
  Json operator()(const UserMessageAdded& event) const {
    Json json = line("user_message");
    json["message"] = value_of(event.message);
    return json;
  }
  Json operator()(const StepStarted& event) const {
    Json json = line("step_started");
    json["step"] = event.step;
    return json;
  }
  Json operator()(const TextDelta& event) const {
    Json json = line("text_delta");
    json["text"] = event.text;
    return json;
  }
  Json operator()(const ReasoningDelta& event) const {
    Json json = line("reasoning_delta");
    json["text"] = event.text;
    return json;
  }
  Json operator()(const ToolCallRequested& event) const {
    Json json = call("tool_call_requested", event.id, event.name);
    json["arguments"] = value_of(event.arguments);
    return json;
  }
  Json operator()(const PermissionAsked& event) const {
    Json json = call("permission_asked", event.id, event.name);
    json["rule"] = event.rule;
    return json;
  }
  Json operator()(const PermissionGiven& event) const {
    Json json = call("permission_decided", event.id, event.name);
    json["decision"] = event.decision;
    json["rule"] = event.rule;
    json["feedback"] = event.feedback;
    return json;
  }
  Json operator()(const ToolCallStarted& event) const {
    return call("tool_call_started", event.id, event.name);
  }
  Json operator()(const ToolCallProgress& event) const {
    Json json = line("tool_call_progress");
    json["id"] = event.id;
    json["text"] = event.text;
    return json;
  }
  Json operator()(const ToolCallFinished& event) const {
    Json json = call("tool_call_finished", event.id, event.name);
    json["outcome"] = outcome_name(event.end);
    json["content"] = value_of(event.content);
    json["duration_ms"] = event.duration.count();
    json["truncated"] = event.cut == OutputCut::kTruncated;
    return json;
  }
  Json operator()(const ReplyFinished& event) const {
    Json json = line("reply");
    json["step"] = event.step;
    json["message"] = value_of(event.message);
    json["finish_reason"] = event.finish_reason;
    json["model"] = event.model;
    json["usage"] = usage_of(event.usage);
    return json;
  }
  Json operator()(const RetryScheduled& event) const {
    Json json = line("retry");
    json["step"] = event.step;
    json["attempt"] = event.attempt;
    json["wait_ms"] = event.wait.count();
    json["reason"] = event.reason;
    return json;
  }
  Json operator()(const LimitReached& event) const {
    Json json = line("limit_reached");
    json["key"] = event.key;
    json["message"] = event.message;
    return json;
  }
  Json operator()(const TurnFinished& event) const {
    Json json = line("turn_finished");
    json["reason"] = turn_end_name(event.end);
    json["message"] = event.message;
    json["text"] = event.text;
    json["steps"] = event.steps;
    json["usage"] = usage_of(event.usage);
    return json;
  }

 private:
  static Json call(const char* type, std::string_view id, std::string_view name) {
    Json json = line(type);
    json["id"] = id;
    json["name"] = name;
    return json;
  }
};

}  // namespace

std::string_view turn_end_name(TurnEnd end) {
  switch (end) {
    case TurnEnd::kFinished:
      return "finished";
    case TurnEnd::kCutOff:
      return "cut_off";
    case TurnEnd::kLimitReached:
      return "limit";
    case TurnEnd::kDenied:
      return "denied";
    case TurnEnd::kInterrupted:
      return "interrupted";
    case TurnEnd::kFailed:
      break;
  }
  return "failed";
}

std::string stream_json_first_line(std::string_view session_id) {
  Json json = line("session");
  json["session_id"] = session_id;
  return json_text(json);
}

std::string stream_json_line(const AgentEvent& event) {
  return json_text(std::visit(Render{}, event));
}

}  // namespace sandport
