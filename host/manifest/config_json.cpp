#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "host/manifest/duration.hpp"
#include "host/manifest/render.hpp"
#include "host/manifest/secrets.hpp"
#include "host/manifest/size.hpp"

namespace sandport::manifest {
namespace {

using Json = nlohmann::ordered_json;

void mask(Json& value) {
  if (value.is_string()) value = mask_secrets(value.get_ref<const std::string&>());
  if (value.is_structured()) {
    for (auto& child : value) mask(child);
  }
}

Json masked_options(const PluginUse& use) {
  Json options = Json::parse(use.options);
  for (const std::string& pointer : use.hidden_options) {
    const Json::json_pointer at(pointer);
    // An empty secret is one that was not given, which is worth seeing.
    if (options.contains(at) && options[at] != "") options[at] = kSecretMask;
  }
  mask(options);
  return options;
}

Json use_json(const PluginUse& use) {
  Json result;
  result["uses"] = use.uses;
  if (!use.file.empty()) result["file"] = use.file.string();
  if (!use.sha256.empty()) result["sha256"] = use.sha256;
  Json options = masked_options(use);
  if (!options.empty()) result["with"] = std::move(options);
  return result;
}

std::string_view on_exit_name(OnExit on_exit) {
  switch (on_exit) {
    case OnExit::kDispose:
      return "dispose";
    case OnExit::kPause:
      return "pause";
    case OnExit::kKeep:
      return "keep";
    case OnExit::kAuto:
      break;
  }
  return "auto";
}

std::string_view decision_name(Decision decision) {
  switch (decision) {
    case Decision::kAllow:
      return "allow";
    case Decision::kAsk:
      return "ask";
    case Decision::kDeny:
      break;
  }
  return "deny";
}

Json sandbox_json(const SandboxUse& sandbox) {
  Json result = use_json(sandbox.plugin);
  if (!sandbox.work_dir.empty()) result["work_dir"] = sandbox.work_dir;
  for (const auto& [name, value] : sandbox.environment) result["env"][name] = mask_secrets(value);
  result["on_exit"] = on_exit_name(sandbox.on_exit);
  return result;
}

Json toolset_json(const ToolsetUse& toolset) {
  Json result = use_json(toolset.plugin);
  if (toolset.include) result["include"] = *toolset.include;
  if (!toolset.exclude.empty()) result["exclude"] = toolset.exclude;
  return result;
}

Json agent_json(const AgentSettings& agent) {
  Json result = Json::object();
  const auto number = [&](const char* key, const std::optional<std::int64_t>& value) {
    if (value) result[key] = *value;
  };
  const auto duration = [&](const char* key,
                            const std::optional<std::chrono::milliseconds>& value) {
    if (value) result[key] = format_duration(*value);
  };
  if (!agent.system_prompt.empty()) result["system_prompt"] = agent.system_prompt;
  number("max_steps", agent.max_steps);
  number("max_tokens", agent.max_tokens);
  number("max_output_tokens", agent.max_output_tokens);
  duration("max_time", agent.max_time);
  number("max_parallel_tools", agent.max_parallel_tools);
  number("max_identical_calls", agent.max_identical_calls);
  duration("tool_timeout", agent.tool_timeout);
  if (agent.tool_output_limit) result["tool_output_limit"] = format_size(*agent.tool_output_limit);
  if (agent.max_tool_media) result["max_tool_media"] = format_size(*agent.max_tool_media);
  duration("cancel_grace", agent.cancel_grace);
  number("model_retries", agent.model_retries);
  duration("model_retry_delay", agent.model_retry_delay);
  duration("model_retry_max_delay", agent.model_retry_max_delay);
  duration("model_retry_after_limit", agent.model_retry_after_limit);
  duration("model_idle_timeout", agent.model_idle_timeout);
  return result;
}

Json permissions_json(const PermissionRules& rules) {
  Json result = Json::object();
  if (!rules.deny.empty()) result["deny"] = rules.deny;
  if (!rules.ask.empty()) result["ask"] = rules.ask;
  if (!rules.allow.empty()) result["allow"] = rules.allow;
  if (rules.otherwise) result["default"] = decision_name(*rules.otherwise);
  if (rules.unattended) result["unattended"] = decision_name(*rules.unattended);
  return result;
}

}  // namespace

nlohmann::ordered_json config_json(const Manifest& manifest) {
  Json result;
  result["version"] = 1;
  result["name"] = manifest.name;
  if (!manifest.description.empty()) result["description"] = manifest.description;
  result["model"] = use_json(manifest.model);
  result["sandbox"] = sandbox_json(manifest.sandbox);
  for (const ToolsetUse& toolset : manifest.tools) result["tools"].push_back(toolset_json(toolset));
  if (Json agent = agent_json(manifest.agent); !agent.empty()) result["agent"] = std::move(agent);
  if (Json rules = permissions_json(manifest.permissions); !rules.empty()) {
    result["permissions"] = std::move(rules);
  }
  if (!manifest.prompt.empty()) result["prompt"] = manifest.prompt;
  return result;
}

}  // namespace sandport::manifest
