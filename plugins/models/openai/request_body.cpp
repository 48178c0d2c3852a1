#include "request_body.hpp"

#include <nlohmann/json.hpp>

#include "json_access.hpp"

namespace openai {
namespace {

using Json = nlohmann::json;

Json tool_choice(const std::string& choice) {
  if (choice == "auto" || choice == "none" || choice == "required") return choice;
  return {{"type", "function"}, {"function", {{"name", choice}}}};
}

}  // namespace

std::string request_body(const sandport::ChatRequest& request, const Options& options,
                         WireCache& cache) {
  Json body = Json::parse(options.body);
  const Json asked = request.options().empty() ? Json::object() : Json::parse(request.options());
  const std::string tools = cache.tools(request.tools());
  const bool has_tools = tools != "[]";  // an empty list is an error to some servers
  if (const auto tokens = integer_member(asked, "max_output_tokens")) {
    body[options.output_tokens_key] = *tokens;
  }
  if (!has_tools) body.erase("parallel_tool_calls");
  if (const auto choice = text_member(asked, "tool_choice"); !choice.empty() && has_tools) {
    body["tool_choice"] = tool_choice(choice);
  }
  if (options.cache_key == CacheKey::kSession && !request.session_id().empty()) {
    body["prompt_cache_key"] = std::string(request.session_id());
  } else if (options.cache_key == CacheKey::kFixed) {
    body["prompt_cache_key"] = options.fixed_cache_key;
  }
  std::string text = body.dump();
  text.pop_back();  // the closing brace: what follows is JSON text already
  if (has_tools) text += ",\"tools\":" + tools;
  text += ",\"messages\":";
  cache.append_messages(
      request.session_id(), request.message_count(),
      [&request](std::size_t index) { return request.message(index); }, text);
  return text + "}";
}

}  // namespace openai
