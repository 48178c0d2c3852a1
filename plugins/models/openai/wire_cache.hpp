// Conversations in the words of the API, kept so that a step converts only what is new.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "messages.hpp"

namespace openai {

// A message is known by its hash and size. What is dropped, to stay below max_bytes, is converted
// again. Any thread.
class WireCache {
 public:
  WireCache(MessageStyle style, std::size_t max_bytes)
      : style_(std::move(style)), max_bytes_(max_bytes) {}

  // Appends the JSON array of the messages to out.
  void append_messages(std::string_view session_id, std::size_t count,
                       const std::function<std::string_view(std::size_t)>& message,
                       std::string& out);
  // The tools as JSON. The last list is kept: it seldom changes.
  [[nodiscard]] std::string tools(std::string_view tools);

 private:
  struct Known {
    std::uint64_t hash = 0;
    std::size_t size = 0;
    std::size_t end = 0;  // in text
  };
  struct Conversation {
    std::string session_id;
    std::string text;  // messages with a comma after each
    std::vector<Known> messages;

    [[nodiscard]] std::size_t bytes() const {
      return session_id.size() + text.capacity() + messages.capacity() * sizeof(Known);
    }
  };
  using Conversations = std::list<Conversation>;

  [[nodiscard]] Conversation take(std::string_view session_id);
  void put(Conversation conversation);

  MessageStyle style_;
  std::size_t max_bytes_;
  std::mutex mutex_;
  Conversations recent_;  // the latest first
  std::unordered_map<std::string_view, Conversations::iterator> by_session_;
  std::size_t bytes_ = 0;
  std::string tools_key_;
  std::string tools_;
};

}  // namespace openai
