#include "wire_cache.hpp"

#include <functional>

namespace openai {

WireCache::Conversation WireCache::take(std::string_view session_id) {
  const std::lock_guard lock(mutex_);
  Conversation conversation;
  const auto found = by_session_.find(session_id);
  if (found == by_session_.end()) {
    conversation.session_id = session_id;
    return conversation;
  }
  const auto place = found->second;
  by_session_.erase(found);
  bytes_ -= place->bytes();
  conversation = std::move(*place);
  recent_.erase(place);
  return conversation;
}

void WireCache::put(Conversation conversation) {
  const std::size_t size = conversation.bytes();
  if (size > max_bytes_) return;
  const std::lock_guard lock(mutex_);
  if (by_session_.contains(conversation.session_id)) return;  // two calls of one session
  recent_.push_front(std::move(conversation));
  by_session_.emplace(recent_.front().session_id, recent_.begin());
  bytes_ += size;
  while (bytes_ > max_bytes_) {
    bytes_ -= recent_.back().bytes();
    by_session_.erase(recent_.back().session_id);
    recent_.pop_back();
  }
}

void WireCache::append_messages(std::string_view session_id, std::size_t count,
                                const std::function<std::string_view(std::size_t)>& message,
                                std::string& out) {
  Conversation conversation = take(session_id);
  auto& known = conversation.messages;
  std::size_t same = 0;
  for (; same < count && same < known.size(); ++same) {
    const std::string_view text = message(same);
    if (known[same].size != text.size()) break;
    if (known[same].hash != std::hash<std::string_view>{}(text)) break;
  }
  known.resize(same);
  conversation.text.resize(same == 0 ? 0 : known.back().end);
  for (std::size_t i = same; i < count; ++i) {
    const std::string_view text = message(i);
    conversation.text += to_wire_message(text, style_);
    conversation.text += ',';
    known.push_back({std::hash<std::string_view>{}(text), text.size(), conversation.text.size()});
  }
  out += '[';
  out += conversation.text;
  if (out.back() == ',') out.pop_back();
  out += ']';
  put(std::move(conversation));
}

std::string WireCache::tools(std::string_view tools) {
  {
    const std::lock_guard lock(mutex_);
    if (!tools_.empty() && tools_key_ == tools) return tools_;
  }
  std::string wire = to_wire_tools(tools);
  const std::lock_guard lock(mutex_);
  tools_key_ = tools;
  tools_ = wire;
  return wire;
}

}  // namespace openai
