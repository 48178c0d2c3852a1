// The `openai` model: any server that speaks chat completions.
#include <sandport/plugin.hpp>

#include "openai_model.hpp"
#include "options.hpp"

namespace {

std::unique_ptr<sandport::Model> make(sandport::Host host, std::string_view config) {
  return std::make_unique<openai::OpenAiModel>(host, openai::parse_options(config));
}

constexpr const char* kSchema = R"json({
  "type": "object",
  "properties": {
    "base_url": {"type": "string", "pattern": "^https?://", "default": "https://api.openai.com/v1", "description": "Up to and without /chat/completions"},
    "api_key": {"type": "string", "writeOnly": true, "description": "Sent as a bearer token; leave it out for servers without one"},
    "model": {"type": "string", "minLength": 1},
    "temperature": {"type": "number", "description": "Sent only when set, as the other sampling parameters"},
    "top_p": {"type": "number"},
    "presence_penalty": {"type": "number"},
    "frequency_penalty": {"type": "number"},
    "seed": {"type": "integer"},
    "stop": {"type": ["string", "array"], "items": {"type": "string"}},
    "max_output_tokens": {"type": "integer", "minimum": 1},
    "output_tokens_key": {"type": "string", "default": "max_completion_tokens", "description": "What the server calls max_output_tokens; older ones: max_tokens"},
    "reasoning_effort": {"type": "string", "description": "low, medium, high, or what the server knows"},
    "thinking": {"type": ["boolean", "object"], "description": "Kimi: on or off, or the object to send"},
    "reasoning_key": {"type": "string", "default": "reasoning_content", "description": "Where reasoning is sent back; empty: it is not"},
    "system_role": {"type": "string", "enum": ["system", "developer"], "default": "system"},
    "parallel_tool_calls": {"type": "boolean"},
    "service_tier": {"type": "string"},
    "user": {"type": "string"},
    "prompt_cache_key": {"type": ["boolean", "string"], "description": "true: the session's id. Default: true for Moonshot and OpenAI"},
    "stream_usage": {"type": "boolean", "default": true, "description": "Ask for token counts in the stream"},
    "extra_headers": {"type": "object", "additionalProperties": {"type": "string"}},
    "extra_body": {"type": "object", "description": "Members to add to every request"},
    "connect_timeout": {"type": "string", "format": "duration", "default": "10s"},
    "idle_timeout": {"type": "string", "format": "duration", "default": "2m", "description": "Without a byte of the reply; slow models may need more"},
    "total_timeout": {"type": "string", "format": "duration", "description": "Of one reply; default: none"},
    "max_event_size": {"type": "string", "format": "size", "default": "16MiB", "description": "Largest event of a stream"}
  },
  "required": ["model"],
  "additionalProperties": false
})json";

}  // namespace

SANDPORT_PLUGIN("io.sandport.openai", "0.1.0", "Apache-2.0",
                "Models behind any chat-completions server",
                sandport::model_kind<make>(
                    "openai", "Chat completions: OpenAI, Kimi, llama.cpp, vLLM, Ollama and others",
                    kSchema))
