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
    if (OpenCall* call = find(id_of(parse(event))); call != nullptr) {
      call->started = true;
    }
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
  if (message.role == Role::kUser) {
    rebuilt_.turn = TurnState::kOpen;
    rebuilt_.steps_in_turn = 0;
  } else if (message.role == Role::kAssistant) {
    ++rebuilt_.steps_in_turn;
  }
  for (const ToolCallRef& call : message.tool_calls) {
    calls_.push_back({call, false, std::nullopt});
  }
  rebuilt_.transcript.append(std::move(message));
}

void Rebuilder::add_result(const Event& event) {
  const Json payload = parse(event);
  // A result that nothing asked for would make the whole history unacceptable to a model server.
  if (OpenCall* call = find(id_of(payload)); call != nullptr) {
    call->result = message_of(event, payload);
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
  return !calls_open() && !rebuilt_.transcript.messages().empty();
}

std::vector<Event> Rebuilder::repairs() const {
  std::vector<Event> events;
  for (const OpenCall& open : calls_) {
    if (open.result) {
      continue;
    }
    const Json payload = {{"id", open.call.id},
                          {"name", open.call.name},
                          {"started", open.started},
                          {"message", Json::parse(interrupted_result(open.call.id, open.started))}};
    Event event;
    event.type = event_type::kToolCallInterrupted;
    event.payload_json = payload.dump();
    events.push_back(std::move(event));
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
  return std::move(rebuilt_);
}

}  // namespace sandport
