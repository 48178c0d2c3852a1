#include "core/agent/session_memory.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.hpp"

namespace sandport {

bool SessionMemory::get(std::string_view key, std::string& value) const {
  const std::lock_guard lock(mutex_);
  const auto found = values_.find(key);
  if (found == values_.end()) return false;
  value = found->second;
  return true;
}

void SessionMemory::set(std::string_view key, std::string value) {
  if (value.size() > kMaximumValue) {
    throw Error(Code::kInvalidArgument,
                fmt::format("the session state {} is too large: {} bytes of at most {}", key,
                            value.size(), kMaximumValue));
  }
  Event event;
  event.type = kStateChanged;
  event.payload_json = nlohmann::json{{"key", key}, {"value", value}}.dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
  const std::lock_guard lock(mutex_);
  values_.insert_or_assign(std::string(key), std::move(value));
  changes_.push_back(std::move(event));
}

void SessionMemory::apply(const Event& event) {
  if (event.type != kStateChanged) return;
  const auto payload = nlohmann::json::parse(event.payload_json, nullptr, false);
  const auto text_at = [&payload](const char* key) -> const std::string* {
    const auto found = payload.is_object() ? payload.find(key) : payload.end();
    return found != payload.end() && found->is_string() ? found->get_ptr<const std::string*>()
                                                        : nullptr;
  };
  const std::string* key = text_at("key");
  const std::string* value = text_at("value");
  if (key == nullptr || value == nullptr) return;
  const std::lock_guard lock(mutex_);
  values_.insert_or_assign(*key, *value);
}

std::vector<Event> SessionMemory::take_changes() {
  const std::lock_guard lock(mutex_);
  return std::exchange(changes_, {});
}

}  // namespace sandport
