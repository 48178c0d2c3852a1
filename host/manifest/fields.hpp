// The keys a manifest may have: one table for the decoder and for `sandport schema`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sandport::manifest {

enum class FieldType : std::uint8_t {
  kString,
  kCount,   // an integer from 1 up
  kNumber,  // an integer from 0 up
  kDuration,
  kSize,
  kChoice,  // one of `choices`, split at '|'
  kOnExit,  // a choice that also takes a boolean
  kStrings,
  kStringMap,
  kSha256,
  kPluginName,
  kOptions,  // a plugin's `with`
  kMap,      // has a table of its own
  kList,     // of maps with a table of their own
  kVersion,
  kPaths,  // one path or a list of them
};

enum class Presence : std::uint8_t { kOptional, kRequired };

struct Field {
  std::string_view key;
  FieldType type;
  std::string_view help;
  Presence presence = Presence::kOptional;
  std::string_view choices = {};
};

[[nodiscard]] std::span<const Field> root_fields();
[[nodiscard]] std::span<const Field> model_fields();
[[nodiscard]] std::span<const Field> sandbox_fields();
[[nodiscard]] std::span<const Field> toolset_fields();
[[nodiscard]] std::span<const Field> agent_fields();
[[nodiscard]] std::span<const Field> permission_fields();

[[nodiscard]] std::vector<std::string> keys_of(std::span<const Field> fields);
[[nodiscard]] std::vector<std::string> split_choices(std::string_view choices);

}  // namespace sandport::manifest
