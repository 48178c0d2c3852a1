#include "reply.hpp"

#include <sandport/utf8.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace scripted {
namespace {

using Json = nlohmann::json;

void add_arguments(Json& entry, const std::string& text) {
  Json arguments = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (arguments.is_object()) {
    entry["arguments"] = std::move(arguments);
    return;
  }
  entry["arguments_error"] =
      arguments.is_discarded() ? "the arguments are not JSON" : "the arguments are no JSON object";
  entry["arguments_text"] = text;
}

}  // namespace

std::vector<Call> calls_of(const Turn& turn, std::uint64_t replies) {
  std::vector<Call> calls = turn.calls;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].id.empty()) {
      calls[i].id = "call_" + std::to_string(replies) + "_" + std::to_string(i);
    }
  }
  return calls;
}

std::string usage_of(const Turn& turn, std::uint64_t request_bytes) {
  if (!turn.usage.empty()) return turn.usage;
  constexpr std::uint64_t kBytesOfToken = 4;
  std::uint64_t bytes = turn.text.size() + turn.reasoning.value_or("").size();
  for (const Call& call : turn.calls) bytes += call.name.size() + call.arguments.size();
  return Json{{"input_tokens", request_bytes / kBytesOfToken},
              {"output_tokens", bytes / kBytesOfToken + 1}}
      .dump();
}

std::string result_of(const Turn& turn, const std::vector<Call>& calls, const std::string& usage,
                      const std::string& model) {
  Json content = Json::array();
  if (turn.reasoning) content.push_back({{"type", "reasoning"}, {"text", *turn.reasoning}});
  if (!turn.text.empty()) content.push_back({{"type", "text"}, {"text", turn.text}});
  Json message{{"role", "assistant"}, {"content", std::move(content)}};
  for (const Call& call : calls) {
    Json entry{{"id", call.id}, {"name", call.name}};
    add_arguments(entry, call.arguments);
    message["tool_calls"].push_back(std::move(entry));
  }
  std::string reason = turn.finish_reason;
  if (reason.empty()) reason = calls.empty() ? "stop" : "tool_calls";
  const Json result{{"message", std::move(message)},
                    {"finish_reason", std::move(reason)},
                    {"usage", Json::parse(usage)},
                    {"model", model}};
  return result.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string_view> pieces(std::string_view text, std::size_t chunk_size) {
  std::vector<std::string_view> list;
  if (chunk_size == 0) chunk_size = text.size();
  while (!text.empty()) {
    // A character longer than the chunk is still sent whole.
    std::size_t size = sandport::utf8_prefix(text, chunk_size);
    if (size == 0) size = std::max<std::size_t>(1, sandport::utf8_character(text));
    list.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return list;
}

}  // namespace scripted
