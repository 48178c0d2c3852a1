// The chunks of a streamed chat completion, put together to one reply.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "utf8_joiner.hpp"

namespace openai {

// What streams out while the reply is built. Texts are whole UTF-8 characters.
class ReplyListener {
 public:
  virtual ~ReplyListener() = default;
  virtual void on_text(std::string_view fragment) = 0;
  virtual void on_reasoning(std::string_view fragment) = 0;
  virtual void on_tool_call(const nlohmann::json& delta) = 0;  // as abi/model.h has it
  virtual void on_usage(const nlohmann::json& usage) = 0;
};

enum class ReplyState {
  kOpen,      // neither a finish reason nor the end mark came
  kFinished,  // the reply is whole
  kEmpty      // whole, but with nothing in it for anybody
};

class ReplyBuilder {
 public:
  explicit ReplyBuilder(ReplyListener& listener) : listener_(listener) {}

  // One chunk, or a whole reply that did not stream. An error object in it throws sandport::Error.
  void add(const nlohmann::json& chunk);
  // "[DONE]" came.
  void mark_done() { done_ = true; }

  // Once, after the last chunk; brings what was still held back.
  [[nodiscard]] ReplyState finish();
  // After finish(): the result of sp_model.chat.
  [[nodiscard]] nlohmann::json result() const;

 private:
  struct Call {
    std::string id;
    std::string name;
    std::string arguments;
    bool complete = false;
  };

  void add_choice(const nlohmann::json& choice);
  void add_delta(const nlohmann::json& delta);
  void add_content(const nlohmann::json& content);
  void add_text(std::string_view text);
  void add_reasoning(std::string_view text);
  void add_call(const nlohmann::json& delta);
  void add_usage(const nlohmann::json& usage);
  std::size_t slot_for(const nlohmann::json& delta);
  std::size_t start_call(const nlohmann::json& delta);
  void complete_call(std::size_t slot);

  ReplyListener& listener_;
  std::string id_;
  std::string model_;
  std::string text_;
  std::string reasoning_;
  bool has_reasoning_ = false;
  Utf8Joiner text_joiner_;
  Utf8Joiner reasoning_joiner_;
  std::vector<Call> calls_;
  std::map<std::int64_t, std::size_t> slots_;  // by the server's index
  std::string finish_reason_;
  std::string usage_;  // JSON, or empty
  bool done_ = false;
};

}  // namespace openai
