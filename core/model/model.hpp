// A language model: one reply to a conversation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/task.hpp"

namespace sandport {

// JSON of one message (abi/model.h), written once and shared by every request that holds it.
using MessageText = std::shared_ptr<const std::string>;

struct ChatRequest {
  std::string session_id;
  std::vector<MessageText> messages;
  std::shared_ptr<const std::string> tools;  // JSON array
  std::string options;                       // JSON object
};

struct Usage {
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
  std::uint64_t cached_input_tokens = 0;
  std::uint64_t reasoning_tokens = 0;
};

struct ToolCallDelta {
  std::uint32_t index = 0;  // calls of one reply may interleave
  std::string id;           // where it came with this fragment
  std::string name;
  std::string arguments;  // fragment of JSON text
  bool complete = false;  // the arguments are whole: the call may start
};

// What streams in. Called on the session's strand.
class ReplyListener {
 public:
  virtual ~ReplyListener() = default;
  virtual void on_text(std::string_view fragment) = 0;
  virtual void on_reasoning(std::string_view fragment) = 0;
  virtual void on_tool_call(const ToolCallDelta& delta) = 0;
};

struct ChatReply {
  std::string message;  // JSON, role assistant
  std::string finish_reason;
  Usage usage;
  std::string model;
};

class Model {
 public:
  virtual ~Model() = default;

  [[nodiscard]] virtual const std::string& name() const = 0;
  // Throws Error; retryable() and retry_after() say what may be done about it.
  [[nodiscard]] virtual Task<ChatReply> chat(ChatRequest request, ReplyListener& listener) = 0;
};

}  // namespace sandport
