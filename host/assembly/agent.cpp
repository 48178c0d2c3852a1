#include "host/assembly/agent.hpp"

#include <mutex>
#include <random>

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
  override_with(limits.max_output_tokens, agent.max_output_tokens);
  override_with(limits.max_tool_media, agent.max_tool_media);
  override_with(limits.cancel_grace, agent.cancel_grace);
  override_with(limits.model_idle_timeout, agent.model_idle_timeout);
  return limits;
}

RetryLimits retries_of(const manifest::AgentSettings& agent) {
  RetryLimits retries;
  if (agent.model_retries)
    retries.max_attempts = static_cast<std::uint32_t>(*agent.model_retries) + 1;
  override_with(retries.first_wait, agent.model_retry_delay);
  override_with(retries.longest_wait, agent.model_retry_max_delay);
  override_with(retries.longest_asked, agent.model_retry_after_limit);
  return retries;
}

// For the jitter of retries; all sessions share it.
std::function<double()> random_source() {
  struct Source {
    std::mutex mutex;
    std::mt19937_64 engine{std::random_device{}()};
  };
  return [source = std::make_shared<Source>()] {
    const std::lock_guard lock(source->mutex);
    return std::uniform_real_distribution<double>(0.0, 1.0)(source->engine);
  };
}

}  // namespace

Agent::Agent(Runtime& runtime, PreparedManifest prepared)
    : runtime_(runtime),
      manifest_(std::move(prepared.manifest)),
      attended_(make_policy(manifest_.permissions, Attendance::kAttended)),
      unattended_(make_policy(manifest_.permissions, Attendance::kUnattended)),
      random_(random_source()) {
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
  config.random = random_;
  config.redactor = [this](std::string text) { return runtime_.redact(std::move(text)); };
  return config;
}

}  // namespace sandport
