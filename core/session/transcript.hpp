// What the model is shown: a session's messages, each with its JSON text made once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sandport {

enum class Role { kSystem, kUser, kAssistant, kTool };

struct ToolCallRef {
  std::string id;
  std::string name;
};

struct TranscriptMessage {
  Role role = Role::kUser;
  // The message as the model request has it. Shared, never changed: a step does not copy history.
  std::shared_ptr<const std::string> json;
  std::vector<ToolCallRef> tool_calls;  // of an assistant message
  std::string tool_call_id;             // of a tool message
};

// Reads the role and the ids out of a message's JSON text. Throws kInvalidArgument when the text is
// not a message.
[[nodiscard]] TranscriptMessage make_transcript_message(std::string message_json);

// Used by one strand at a time. A copy shares the texts.
class Transcript {
 public:
  void append(TranscriptMessage message) { messages_.push_back(std::move(message)); }
  [[nodiscard]] const std::vector<TranscriptMessage>& messages() const { return messages_; }

 private:
  std::vector<TranscriptMessage> messages_;
};

// {"role":"tool", …} with one text block: how a tool result looks when no tool wrote it.
[[nodiscard]] std::string tool_message_json(std::string_view tool_call_id, std::string_view text);

}  // namespace sandport
