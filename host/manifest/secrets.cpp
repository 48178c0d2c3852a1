#include "host/manifest/secrets.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <nlohmann/json.hpp>

namespace sandport::manifest {
namespace {

using std::string_view_literals::operator""sv;
constexpr std::string_view kOpen = "\0secret:"sv;
constexpr char kClose = '\0';

// Copies `text`, with each reference replaced by what `replace(name)` returns.
template <typename Replace>
std::string replace_references(std::string_view text, const Replace& replace) {
  std::string result;
  for (;;) {
    const std::size_t begin = text.find(kOpen);
    const std::size_t end =
        begin == std::string_view::npos ? begin : text.find(kClose, begin + kOpen.size());
    if (end == std::string_view::npos) return result.append(text);
    result.append(text.substr(0, begin));
    result.append(replace(text.substr(begin + kOpen.size(), end - begin - kOpen.size())));
    text.remove_prefix(end + 1);
  }
}

void resolve_in_place(nlohmann::json& value, const SecretResolver& resolve) {
  if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    if (has_secret(text)) text = resolve_secrets(std::string_view(text), resolve);
  } else if (value.is_structured()) {
    for (auto& child : value) resolve_in_place(child, resolve);
  }
}

}  // namespace

std::string secret_reference(std::string_view name) {
  return std::string(kOpen).append(name) + kClose;
}

bool has_secret(std::string_view text) { return text.find(kOpen) != std::string_view::npos; }

std::vector<std::string> secret_names(std::string_view text) {
  std::vector<std::string> names;
  (void)replace_references(text, [&](std::string_view name) {
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
    return ""sv;
  });
  return names;
}

std::string mask_secrets(std::string_view text) {
  return replace_references(text, [](std::string_view) { return kSecretMask; });
}

std::string resolve_secrets(std::string_view text, const SecretResolver& resolve) {
  return replace_references(text, resolve);
}

nlohmann::json resolve_secrets(const nlohmann::json& options, const SecretResolver& resolve) {
  nlohmann::json result = options;
  resolve_in_place(result, resolve);
  return result;
}

std::string resolve_secrets_in_json(std::string_view json, const SecretResolver& resolve) {
  nlohmann::json value = nlohmann::json::parse(json);
  resolve_in_place(value, resolve);
  return value.dump();
}

}  // namespace sandport::manifest
