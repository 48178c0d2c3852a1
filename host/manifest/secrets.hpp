// Secret references: kept as names while a manifest is handled, replaced only at the moment of use.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sandport::manifest {

// What people see in place of a secret.
inline constexpr std::string_view kSecretMask = "***";

// A reference as it stands inside a string of a manifest tree or of a plugin's options. It is
// framed by NUL characters, which no manifest and no variable can contain, so no input can forge
// one.
[[nodiscard]] std::string secret_reference(std::string_view name);
[[nodiscard]] bool has_secret(std::string_view text);
// The names referred to, in order of appearance, without repetitions.
[[nodiscard]] std::vector<std::string> secret_names(std::string_view text);
[[nodiscard]] std::string mask_secrets(std::string_view text);

// Returns a secret's value, or throws `sandport::Error` when there is none.
using SecretResolver = std::function<std::string(std::string_view name)>;

// Replaces every reference in every string of `options` (not in keys). The result holds secrets:
// hand it to the plugin and drop it.
[[nodiscard]] nlohmann::json resolve_secrets(const nlohmann::json& options,
                                             const SecretResolver& resolve);
[[nodiscard]] std::string resolve_secrets(std::string_view text, const SecretResolver& resolve);
// The same on JSON text, as `PluginUse::options` holds it.
[[nodiscard]] std::string resolve_secrets_in_json(std::string_view json,
                                                  const SecretResolver& resolve);

}  // namespace sandport::manifest
