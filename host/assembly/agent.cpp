#include "host/assembly/agent.hpp"

#include "host/assembly/argument_check.hpp"
#include "host/assembly/policy.hpp"
#include "host/assembly/runtime.hpp"
#include "host/assembly/sandbox_access.hpp"
#include "host/assembly/tool_filter.hpp"

namespace sandport {
namespace {

template <typename Target, typename Value>
void override_with(Target& target, const std::optional<Value>& value) {
  if (value) target = static_cast<Target>(*value);
}

AgentLimits limits_of(const manifest::AgentSettings& agent) {
  AgentLimits limits;
  override_with(limits.max_steps, agent.max_steps);
  override_with(limits.max_tokens, agent.max_tokens);
  override_with(limits.max_time, agent.max_time);
  override_with(limits.max_parallel_tools, agent.max_parallel_tools);
  override_with(limits.max_identical_calls, agent.max_identical_calls);
  override_with(limits.tool_timeout, agent.tool_timeout);
  override_with(limits.max_tool_output, agent.tool_output_limit);
  override_with(limits.model_idle_timeout, agent.model_idle_timeout);
  return limits;
}

RetryLimits retries_of(const manifest::AgentSettings& agent) {
  RetryLimits retries;
  if (agent.model_retries)
    retries.max_attempts = static_cast<std::uint32_t>(*agent.model_retries) + 1;
  override_with(retries.first_wait, agent.model_retry_delay);
  return retries;
}

}  // namespace

Agent::Agent(Runtime& runtime, PreparedManifest prepared)
    : runtime_(runtime),
      manifest_(std::move(prepared.manifest)),
      attended_(make_policy(manifest_.permissions, Attendance::kAttended)),
      unattended_(make_policy(manifest_.permissions, Attendance::kUnattended)) {
  model_ = runtime.make_model(prepared.model, manifest_.model);
  std::vector<std::shared_ptr<Toolset>> toolsets;
  for (std::size_t i = 0; i < manifest_.tools.size(); ++i) {
    const manifest::ToolsetUse& use = manifest_.tools[i];
    toolsets.push_back(filter_tools(runtime.make_toolset(prepared.toolsets[i], use.plugin),
                                    use.include, use.exclude));
  }
  catalog_ = std::make_shared<const ToolCatalog>(std::move(toolsets));
  check_arguments_ = make_argument_check(*catalog_);
  backend_ = runtime.make_backend(prepared.backend, manifest_.sandbox.plugin);
  // Before anything is spent.
  backend_->validate(sandbox_spec(runtime, manifest_, ""));
}

Agent::~Agent() = default;

AgentConfig Agent::loop_config(Attendance attendance) {
  AgentConfig config;
  config.model = model_.get();
  config.tools = catalog_;
  config.policy = attendance == Attendance::kAttended ? attended_ : unattended_;
  config.system_prompt = manifest_.agent.system_prompt;
  config.limits = limits_of(manifest_.agent);
  config.retry = retries_of(manifest_.agent);
  config.check_arguments = check_arguments_;
  config.redactor = [this](std::string text) { return runtime_.redact(std::move(text)); };
  return config;
}

}  // namespace sandport
