#include "core/session/rebuild.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.hpp"

namespace sandport {
namespace {

// Ordered, so that a message leaves the store byte for byte as it came: caches at the model server
// go by the exact prefix.
using Json = nlohmann::ordered_json;

constexpr std::string_view kUnknownOutcome =
    "The session stopped while this call was running, so its outcome is unknown: it may have taken "
    "effect fully, in part or not at all. It was not run again. Check the state before you repeat "
    "it.";
constexpr std::string_view kNotStarted =
    "This call was not started: the session stopped before it could run.";

Json parse(const Event& event) {
  Json payload = Json::parse(event.payload_json, nullptr, false);
  if (!payload.is_object()) {
    throw Error(
        Code::kDataLoss,
        fmt::format("event {} ({}) of the session cannot be read: its payload is not a JSON "
                    "object",
                    event.seq, event.type));
  }
  return payload;
}

TranscriptMessage message_of(const Event& event, const Json& payload) {
  try {
    const auto found = payload.find("message");
    return make_transcript_message(found == payload.end() ? "" : found->dump());
  } catch (const std::exception& error) {
    throw Error(Code::kDataLoss, fmt::format("event {} ({}) of the session cannot be read: {}",
                                             event.seq, event.type, error.what()));
  }
}

std::string id_of(const Json& payload) {
  const auto found = payload.find("id");
  return found != payload.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string interrupted_result(const std::string& id, bool started) {
  return tool_message_json(id, started ? kUnknownOutcome : kNotStarted);
}

}  // namespace

void Rebuilder::add(const Event& event) {
  rebuilt_.last_seq = event.seq;
  if (event.type == event_type::kUserMessage || event.type == event_type::kAssistantMessage) {
    add_message(event);
  } else if (event.type == event_type::kToolCallStarted) {
    add_start(event);
  } else if (event.type == event_type::kToolCallFinished ||
             event.type == event_type::kToolCallInterrupted) {
    add_result(event);
  } else if (event.type == event_type::kTurnFinished) {
    rebuilt_.turn = TurnState::kResting;
    rebuilt_.steps_in_turn = 0;
  }
  if (at_safe_point()) {
    rebuilt_.last_safe_seq = event.seq;
  }
}

void Rebuilder::add_message(const Event& event) {
  close_calls();
  TranscriptMessage message = message_of(event, parse(event));
  if (message.role != Role::kAssistant) {
    adopt_early_calls();
    close_calls();
  }
  if (message.role == Role::kUser) {
    rebuilt_.turn = TurnState::kOpen;
    rebuilt_.steps_in_turn = 0;
  } else if (message.role == Role::kAssistant) {
    ++rebuilt_.steps_in_turn;
  }
  for (const ToolCallRef& call : message.tool_calls) {
    open_call(call);
  }
  rebuilt_.transcript.append(std::move(message));
}

void Rebuilder::add_start(const Event& event) {
  const Json payload = parse(event);
  const std::string id = id_of(payload);
  if (OpenCall* call = find(id); call != nullptr) {
    call->started = true;
    return;
  }
  EarlyCall early;
  early.call.id = id;
  const auto name = payload.find("name");
  early.call.name = name != payload.end() && name->is_string() ? name->get<std::string>() : "";
  const auto arguments = payload.find("arguments");
  early.arguments_json =
      arguments != payload.end() && arguments->is_object() ? arguments->dump() : "{}";
  early_.push_back(std::move(early));
}

void Rebuilder::open_call(const ToolCallRef& call) {
  OpenCall open{call, false, std::nullopt};
  if (EarlyCall* early = find_early(call.id); early != nullptr) {
    open.started = true;
    open.result = std::move(early->result);
    early_.erase(early_.begin() + (early - early_.data()));
  }
  calls_.push_back(std::move(open));
}

Rebuilder::EarlyCall* Rebuilder::find_early(const std::string& id) {
  const auto found = std::find_if(early_.begin(), early_.end(),
                                  [&id](const EarlyCall& early) { return early.call.id == id; });
  return found == early_.end() ? nullptr : &*found;
}

std::string Rebuilder::early_message_json() const {
  Json calls = Json::array();
  for (const EarlyCall& early : early_) {
    calls.push_back({{"id", early.call.id},
                     {"name", early.call.name},
                     {"arguments", Json::parse(early.arguments_json)}});
  }
  const Json message = {
      {"role", "assistant"}, {"content", Json::array()}, {"tool_calls", std::move(calls)}};
  return message.dump();
}

// Calls whose reply was never recorded get a message of their own: what they did must be known.
void Rebuilder::adopt_early_calls() {
  if (early_.empty()) {
    return;
  }
  TranscriptMessage message = make_transcript_message(early_message_json());
  for (const ToolCallRef& call : message.tool_calls) {
    open_call(call);
  }
  rebuilt_.transcript.append(std::move(message));
}

void Rebuilder::add_result(const Event& event) {
  const Json payload = parse(event);
  // A result that nothing asked for would make the whole history unacceptable to a model server.
  if (OpenCall* call = find(id_of(payload)); call != nullptr) {
    call->result = message_of(event, payload);
  } else if (EarlyCall* early = find_early(id_of(payload)); early != nullptr) {
    early->result = message_of(event, payload);
  }
}

Rebuilder::OpenCall* Rebuilder::find(const std::string& id) {
  // Some models use an id twice in one message: the calls then close in order.
  const auto found = std::find_if(calls_.begin(), calls_.end(), [&id](const OpenCall& open) {
    return !open.result && open.call.id == id;
  });
  return found == calls_.end() ? nullptr : &*found;
}

bool Rebuilder::calls_open() const {
  return std::any_of(calls_.begin(), calls_.end(),
                     [](const OpenCall& open) { return !open.result; });
}

bool Rebuilder::at_safe_point() const {
  return !calls_open() && early_.empty() && !rebuilt_.transcript.messages().empty();
}

std::vector<Event> Rebuilder::repairs() const {
  std::vector<Event> events;
  const auto close = [&events](const ToolCallRef& call, bool started) {
    const Json payload = {{"id", call.id},
                          {"name", call.name},
                          {"started", started},
                          {"message", Json::parse(interrupted_result(call.id, started))}};
    events.emplace_back(event_type::kToolCallInterrupted, payload.dump());
  };
  for (const OpenCall& open : calls_) {
    if (!open.result) {
      close(open.call, open.started);
    }
  }
  if (!early_.empty()) {
    events.emplace_back(
        event_type::kAssistantMessage,
        fmt::format(R"({{"message":{},"finish_reason":"interrupted"}})", early_message_json()));
  }
  for (const EarlyCall& early : early_) {
    if (!early.result) {
      close(early.call, true);
    }
  }
  return events;
}

void Rebuilder::close_calls() {
  for (OpenCall& open : calls_) {
    rebuilt_.transcript.append(
        open.result ? std::move(*open.result)
                    : make_transcript_message(interrupted_result(open.call.id, open.started)));
  }
  calls_.clear();
}

Rebuilt Rebuilder::finish() {
  close_calls();
  adopt_early_calls();
  close_calls();
  return std::move(rebuilt_);
}

}  // namespace sandport
