#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "host/manifest/decode.hpp"
#include "host/manifest/field_reader.hpp"
#include "host/manifest/parse.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

std::string read_prompt_file(const FieldReader& reader, const Sources& sources) {
  constexpr std::string_view kKey = "system_prompt_file";
  const auto name = reader.word(kKey);
  if (!name) return {};
  const Node& node = *reader.find(kKey);
  const auto path = (sources.directory(node.location.source) / *name).lexically_normal();
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size())) && file.gcount() == 0 &&
      !file.eof()) {
    reader.report(node, kKey, fmt::format("cannot read the file {}", quote(path.string())));
    return {};
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxFileBytes) {
    reader.report(node, kKey, fmt::format("the file is larger than {} MiB", kMaxFileBytes >> 20U));
  } else if (find_invalid_utf8(text) || text.find('\0') != std::string::npos) {
    reader.report(node, kKey, "the file is not UTF-8 text");
  }
  return text;
}

}  // namespace

AgentSettings decode_agent(const Node& map, const Sources& sources, Diagnostics& diagnostics) {
  const FieldReader reader(map, "agent", agent_fields(), diagnostics);
  AgentSettings agent;
  agent.system_prompt = reader.string("system_prompt").value_or("");
  if (const Node* file = reader.find("system_prompt_file")) {
    if (reader.find("system_prompt") != nullptr) {
      reader.report(*file, "system_prompt_file", "give `system_prompt` or this file, not both");
    }
    agent.system_prompt = read_prompt_file(reader, sources);
  }
  agent.max_steps = reader.integer("max_steps", 0);
  agent.max_tokens = reader.integer("max_tokens", 0);
  agent.max_output_tokens = reader.integer("max_output_tokens", 0);
  agent.max_time = reader.duration("max_time");
  agent.max_parallel_tools = reader.integer("max_parallel_tools", 1);
  agent.max_identical_calls = reader.integer("max_identical_calls", 0);
  agent.tool_timeout = reader.duration("tool_timeout");
  agent.tool_output_limit = reader.size("tool_output_limit");
  agent.max_tool_media = reader.size("max_tool_media");
  agent.cancel_grace = reader.duration("cancel_grace");
  agent.model_retries = reader.integer("model_retries", 0);
  agent.model_retry_delay = reader.duration("model_retry_delay");
  agent.model_retry_max_delay = reader.duration("model_retry_max_delay");
  agent.model_retry_after_limit = reader.duration("model_retry_after_limit");
  agent.model_idle_timeout = reader.duration("model_idle_timeout");
  return agent;
}

}  // namespace sandport::manifest
