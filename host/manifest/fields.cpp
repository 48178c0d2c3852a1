#include "host/manifest/fields.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace sandport::manifest {
namespace {

using enum FieldType;
constexpr Presence kRequired = Presence::kRequired;

constexpr Field kUses{"uses", kPluginName, "The plugin's name.", kRequired};
constexpr Field kFile{
    "file", kString,
    "The plugin's shared library, relative to this manifest, instead of a search."};
constexpr Field kSha{"sha256", kSha256, "The plugin is refused unless its file has this SHA-256."};
constexpr Field kWith{"with", kOptions, "The plugin's own options."};

constexpr std::array kRootFields{
    Field{"version", kVersion, "The version of this format: 1.", kRequired},
    Field{"name", kString, "A short name for the agent, shown in lists."},
    Field{"description", kString, "What the agent is for, in a sentence."},
    Field{"extends", kPaths, "Manifests this one is laid over, relative to this file."},
    Field{"model", kMap, "The model that drives the agent.", kRequired},
    Field{"sandbox", kMap, "Where the agent's tools act.", kRequired},
    Field{"tools", kList, "The toolsets the agent may use."},
    Field{"agent", kMap, "How the agent loop behaves."},
    Field{"permissions", kMap, "Which tool calls are allowed, asked for, or denied."},
    Field{"prompt", kString, "What to do when the command line gives no prompt."}};

constexpr std::array kModelFields{kUses, kFile, kSha, kWith};

constexpr std::array kSandboxFields{
    kUses,
    kFile,
    kSha,
    kWith,
    Field{"work_dir", kString, "The working directory inside the sandbox; made when missing."},
    Field{"env", kStringMap, "Environment variables of every command in the sandbox."},
    Field{
        "on_exit", kOnExit,
        "What becomes of the sandbox: auto disposes what was created and keeps what was connected "
        "to; true means auto, false means keep.",
        Presence::kOptional, "auto|dispose|pause|keep"}};

constexpr std::array kToolsetFields{
    kUses,
    kFile,
    kSha,
    kWith,
    Field{"include", kStrings, "Only these tools of the toolset."},
    Field{"exclude", kStrings, "All tools of the toolset but these."}};

constexpr std::array kAgentFields{
    Field{"system_prompt", kString, "The system prompt."},
    Field{"system_prompt_file", kString,
          "A file with the system prompt, relative to this manifest."},
    Field{"max_steps", kNumber, "Most model calls in one turn; 0: no limit."},
    Field{"max_tokens", kNumber,
          "Most tokens in one turn, input and output together; 0: no limit."},
    Field{"max_output_tokens", kNumber, "Most tokens of one reply; 0: the model's own limit."},
    Field{"max_time", kDuration, "Longest time for one turn."},
    Field{"max_parallel_tools", kCount, "Most tool calls that run at once."},
    Field{"max_identical_calls", kNumber,
          "Stop after the same tool call in so many steps running."},
    Field{"tool_timeout", kDuration, "Longest time for one tool call."},
    Field{"tool_output_limit", kSize, "Most bytes of a tool result's text that the model sees."},
    Field{"max_tool_media", kSize, "Most bytes of an image or the like in a tool result."},
    Field{"cancel_grace", kDuration, "How long a cancelled tool or model may take to stop."},
    Field{"model_retries", kNumber, "How often a failed model call is made again."},
    Field{"model_retry_delay", kDuration, "Wait before the first retry; it grows with each one."},
    Field{"model_retry_max_delay", kDuration, "Longest wait between two retries."},
    Field{"model_retry_after_limit", kDuration,
          "A service that asks for a longer wait than this ends the turn."},
    Field{"model_idle_timeout", kDuration, "Longest silence in a model's stream."}};

constexpr std::array kPermissionFields{
    Field{"deny", kStrings, "Tool calls that are refused, such as bash_run(git push *)."},
    Field{"ask", kStrings, "Tool calls that need a person's consent."},
    Field{"allow", kStrings, "Tool calls that run without asking."},
    Field{"default", kChoice, "What holds for a call that no rule matches.", Presence::kOptional,
          "allow|ask|deny"},
    Field{"unattended", kChoice, "What holds for calls that would ask when nobody is there.",
          Presence::kOptional, "allow|deny"}};

}  // namespace

std::span<const Field> root_fields() { return kRootFields; }
std::span<const Field> model_fields() { return kModelFields; }
std::span<const Field> sandbox_fields() { return kSandboxFields; }
std::span<const Field> toolset_fields() { return kToolsetFields; }
std::span<const Field> agent_fields() { return kAgentFields; }
std::span<const Field> permission_fields() { return kPermissionFields; }

std::vector<std::string> keys_of(std::span<const Field> fields) {
  std::vector<std::string> keys;
  std::ranges::transform(fields, std::back_inserter(keys),
                         [](const Field& field) { return std::string(field.key); });
  return keys;
}

std::vector<std::string> split_choices(std::string_view choices) {
  std::vector<std::string> result;
  while (!choices.empty()) {
    const std::size_t end = std::min(choices.find('|'), choices.size());
    result.emplace_back(choices.substr(0, end));
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
  return result;
}

}  // namespace sandport::manifest
