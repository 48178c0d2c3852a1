#include "reply_builder.hpp"

#include <nlohmann/json.hpp>

#include "call_id.hpp"
#include "json_access.hpp"
#include "stream_error.hpp"
#include "tool_arguments.hpp"
#include "usage.hpp"

namespace openai {
namespace {
using Json = nlohmann::json;
}  // namespace

void ReplyBuilder::add(const Json& chunk) {
  if (!chunk.is_object()) return;
  if (const Json* error = member(chunk, "error")) throw_stream_error(*error);
  if (id_.empty()) id_ = text_member(chunk, "id");
  if (model_.empty()) model_ = text_member(chunk, "model");
  const Json* choices = member(chunk, "choices");
  if (choices != nullptr && choices->is_array()) {
    for (const Json& choice : *choices) {
      // Only one reply was asked for; a server that sends more means the first.
      if (choice.is_object() && integer_member(choice, "index").value_or(0) == 0) {
        add_choice(choice);
      }
    }
  }
  if (const Json* usage = member(chunk, "usage")) add_usage(*usage);
}

void ReplyBuilder::add_choice(const Json& choice) {
  const Json* delta = member(choice, "delta");
  if (delta == nullptr) delta = member(choice, "message");
  if (delta != nullptr && delta->is_object()) add_delta(*delta);
  const std::string reason = text_member(choice, "finish_reason");
  if (!reason.empty()) finish_reason_ = reason;
  if (const Json* usage = member(choice, "usage")) add_usage(*usage);
}

void ReplyBuilder::add_delta(const Json& delta) {
  const Json* reasoning = member(delta, "reasoning_content");
  if (reasoning == nullptr) reasoning = member(delta, "reasoning");
  if (reasoning != nullptr && reasoning->is_string()) {
    add_reasoning(reasoning->get_ref<const std::string&>());
  }
  if (const Json* content = member(delta, "content")) add_content(*content);
  if (const Json* refusal = member(delta, "refusal")) add_content(*refusal);
  if (const Json* calls = member(delta, "tool_calls"); calls != nullptr && calls->is_array()) {
    for (const Json& call : *calls) {
      if (call.is_object()) add_call(call);
    }
  }
}

void ReplyBuilder::add_content(const Json& content) {
  if (content.is_string()) return add_text(content.get_ref<const std::string&>());
  if (!content.is_array()) return;
  for (const Json& part : content) {
    if (part.is_object()) add_text(text_member(part, "text"));
  }
}

void ReplyBuilder::add_text(std::string_view text) {
  const std::string whole = text_joiner_.join(text);
  if (whole.empty()) return;
  text_ += whole;
  listener_.on_text(whole);
}

void ReplyBuilder::add_reasoning(std::string_view text) {
  has_reasoning_ = true;
  const std::string whole = reasoning_joiner_.join(text);
  if (whole.empty()) return;
  reasoning_ += whole;
  listener_.on_reasoning(whole);
}

void ReplyBuilder::add_usage(const Json& usage) {
  const Json read = read_usage(usage);
  if (read.is_null()) return;
  usage_ = read.dump();
  listener_.on_usage(read);
}

std::size_t ReplyBuilder::start_call(const Json& delta) {
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    // Deltas of different calls may interleave, so only whole arguments say that one has ended.
    if (is_json_object(calls_[i].arguments)) complete_call(i);
  }
  Call call;
  call.id = text_member(delta, "id");
  if (call.id.empty()) call.id = new_call_id();
  calls_.push_back(std::move(call));
  return calls_.size() - 1;
}

std::size_t ReplyBuilder::slot_for(const Json& delta) {
  const auto index = integer_member(delta, "index");
  const std::string id = text_member(delta, "id");
  if (!index) {  // servers without an index tell calls apart by id, or send each whole
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (!id.empty() && calls_[i].id == id) return i;
    }
    const Json* function = member(delta, "function");
    const bool named = function != nullptr && !text_member(*function, "name").empty();
    return calls_.empty() || !id.empty() || named ? start_call(delta) : calls_.size() - 1;
  }
  const auto known = slots_.find(*index);
  const bool other = known != slots_.end() && !id.empty() && calls_[known->second].id != id &&
                     !calls_[known->second].arguments.empty();
  if (known != slots_.end() && !other) return known->second;  // other: every call has index 0
  return slots_[*index] = start_call(delta);
}

void ReplyBuilder::add_call(const Json& delta) {
  const Json* function = member(delta, "function");
  static const Json kNone = Json::object();
  if (function == nullptr || !function->is_object()) function = &kNone;
  const std::string name = text_member(*function, "name");
  std::string fragment;
  if (const Json* arguments = member(*function, "arguments")) {
    fragment = arguments->is_string() ? arguments->get<std::string>() : arguments->dump();
  }
  if (name.empty() && fragment.empty() && text_member(delta, "id").empty()) return;
  const std::size_t before = calls_.size();
  const std::size_t slot = slot_for(delta);
  Call& call = calls_[slot];
  Json event{{"index", slot}, {"arguments", fragment}};
  if (slot >= before) event["id"] = call.id;
  if (call.name.empty() && !name.empty()) {
    call.name = name;
    event["name"] = name;
  }
  call.arguments += fragment;
  listener_.on_tool_call(event);
}

void ReplyBuilder::complete_call(std::size_t slot) {
  Call& call = calls_[slot];
  if (call.complete) return;
  call.complete = true;
  listener_.on_tool_call({{"index", slot},
                          {"id", call.id},
                          {"name", call.name},
                          {"arguments", ""},
                          {"complete", true}});
}

ReplyState ReplyBuilder::finish() {
  if (finish_reason_.empty() && !done_) return ReplyState::kOpen;
  if (const std::string rest = reasoning_joiner_.finish(); !rest.empty()) {
    reasoning_ += rest;
    listener_.on_reasoning(rest);
  }
  if (const std::string rest = text_joiner_.finish(); !rest.empty()) {
    text_ += rest;
    listener_.on_text(rest);
  }
  if (!calls_.empty() && (finish_reason_.empty() || finish_reason_ == "stop")) {
    finish_reason_ = "tool_calls";
  }
  if (finish_reason_.empty()) finish_reason_ = "stop";
  if (finish_reason_ != "length") {  // a call that the token limit cut is not whole
    for (std::size_t i = 0; i < calls_.size(); ++i) complete_call(i);
  }
  const bool nothing = calls_.empty() && text_.find_first_not_of(" \t\r\n") == std::string::npos;
  const bool expected = finish_reason_ == "length" || finish_reason_ == "content_filter";
  return nothing && !expected ? ReplyState::kEmpty : ReplyState::kFinished;
}

Json ReplyBuilder::result() const {
  Json content = Json::array();
  // "Thought, but empty" is kept: servers that want reasoning back refuse a message without it.
  if (has_reasoning_) content.push_back({{"type", "reasoning"}, {"text", reasoning_}});
  if (!text_.empty()) content.push_back({{"type", "text"}, {"text", text_}});
  Json message{{"role", "assistant"}, {"content", std::move(content)}};
  for (const Call& call : calls_) {
    Json entry{{"id", call.id}, {"name", call.name}};
    add_arguments(entry, call.arguments);
    message["tool_calls"].push_back(std::move(entry));
  }
  Json result{{"message", std::move(message)}, {"finish_reason", finish_reason_}};
  if (!usage_.empty()) result["usage"] = Json::parse(usage_);
  if (!model_.empty()) result["model"] = model_;
  if (!id_.empty()) result["id"] = id_;
  return result;
}

}  // namespace openai
