#include "core/model/reply_message.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kBlank = " \t\r\n";

std::string compact(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string string_field(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

RequestedCall read_call(const Json& call) {
  RequestedCall read;
  if (!call.is_object()) {
    read.error = "the call is not a JSON object";
    return read;
  }
  read.id = string_field(call, "id");
  read.name = string_field(call, "name");
  const auto arguments = call.find("arguments");
  if (arguments != call.end() && arguments->is_object()) {
    read.arguments = compact(*arguments);
  } else if (arguments != call.end() && !arguments->is_null() && !arguments->is_string()) {
    read.error = std::string("the arguments are of type ") + arguments->type_name();
  } else if (call.contains("arguments_error") || call.contains("arguments_text") ||
             (arguments != call.end() && arguments->is_string())) {
    const std::string text =
        string_field(call, call.contains("arguments_text") ? "arguments_text" : "arguments");
    if (!read_arguments(text, read.arguments, read.error)) {
      const std::string told = string_field(call, "arguments_error");
      if (!told.empty()) read.error = told;
    }
  }
  return read;
}

}  // namespace

bool read_arguments(std::string_view text, std::string& arguments, std::string& error) {
  if (text.find_first_not_of(kBlank) == std::string_view::npos) {
    arguments = "{}";
    return true;
  }
  try {
    const Json value = Json::parse(text);
    if (value.is_object()) {
      arguments = compact(value);
      return true;
    }
    error = std::string("the arguments are of type ") + value.type_name();
  } catch (const Json::parse_error& failure) {
    error = "the arguments are not valid JSON: the error is at byte " +
            std::to_string(failure.byte) + " of " + std::to_string(text.size());
  }
  return false;
}

std::string canonical_arguments(std::string_view arguments) {
  const auto value = nlohmann::json::parse(arguments, nullptr, false);
  return value.is_discarded()
             ? std::string(arguments)
             : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

ReplyMessage::ReplyMessage(std::string_view message_json)
    : message_(std::make_shared<Json>(Json::parse(message_json, nullptr, false))) {
  if (!message_->is_object() || message_->value("role", "assistant") != "assistant") {
    throw Error(Code::kInternal,
                "the model plugin returned something else than an assistant message; report this "
                "to the plugin's author");
  }
  (*message_)["role"] = "assistant";
  read_content();
  read_calls();
}

ReplyMessage::ReplyMessage(std::string_view text, std::string_view reasoning,
                           std::vector<RequestedCall> calls)
    : message_(std::make_shared<Json>()),
      text_(text),
      has_reasoning_(!reasoning.empty()),
      calls_(std::move(calls)) {
  Json content = Json::array();
  if (has_reasoning_) content.push_back({{"type", "reasoning"}, {"text", reasoning}});
  if (!text.empty()) content.push_back({{"type", "text"}, {"text", text}});
  *message_ = {{"role", "assistant"}, {"content", std::move(content)}};
}

void ReplyMessage::read_content() {
  Json& content = (*message_)["content"];
  if (content.is_string()) {
    content = Json::array({{{"type", "text"}, {"text", content.get<std::string>()}}});
  } else if (!content.is_array()) {
    content = Json::array();
  }
  for (const Json& part : content) {
    if (!part.is_object()) continue;
    const std::string type = string_field(part, "type");
    if (type == "text") text_ += string_field(part, "text");
    has_reasoning_ = has_reasoning_ || type == "reasoning";
  }
}

void ReplyMessage::read_calls() {
  const auto calls = message_->find("tool_calls");
  if (calls == message_->end() || !calls->is_array()) return;
  for (const Json& call : *calls) calls_.push_back(read_call(call));
}

bool ReplyMessage::has_text() const { return text_.find_first_not_of(kBlank) != std::string::npos; }

std::string ReplyMessage::json() const {
  Json message = *message_;
  const auto given = message.find("tool_calls");
  const Json before = given == message.end() ? Json::array() : std::move(*given);
  if (given != message.end()) message.erase(given);
  if (!calls_.empty()) {
    Json calls = Json::array();
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      Json call = i < before.size() && before[i].is_object() ? before[i] : Json::object();
      call.erase("arguments_error");
      call.erase("arguments_text");
      call["id"] = calls_[i].id;
      call["name"] = calls_[i].name;
      call["arguments"] = Json::parse(calls_[i].arguments);
      calls.push_back(std::move(call));
    }
    message["tool_calls"] = std::move(calls);
  }
  return compact(message);
}

}  // namespace sandport
