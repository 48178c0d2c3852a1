#include "sensitive.hpp"

#include <algorithm>
#include <array>

namespace files {
namespace {

constexpr std::array<std::string_view, 11> kNames{
    ".env",          "id_rsa",      "id_dsa", "id_ecdsa", "id_ed25519",      "id_ecdsa_sk",
    "id_ed25519_sk", "credentials", ".netrc", ".pgpass",  ".git-credentials"};
constexpr std::array<std::string_view, 3> kExamples{".env.example", ".env.sample", ".env.template"};
constexpr std::array<std::string_view, 4> kTails{"/.docker/config.json", "/.kube/config",
                                                 "/gcloud/application_default_credentials.json",
                                                 "/gcloud/credentials.db"};

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool is_sensitive(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (holds(kExamples, name)) return false;
  if (holds(kNames, name) || name.starts_with(".env.")) return true;
  return std::any_of(kTails.begin(), kTails.end(),
                     [&](std::string_view tail) { return path.ends_with(tail); });
}

}  // namespace files
