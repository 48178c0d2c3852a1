#include "secret_text.hpp"

#include "../model/shell_quote.hpp"

namespace e2b_template {
namespace {

constexpr std::string_view kOpen = "${secret:";

// The next reference at or after `from`: where it starts, and its name.
std::optional<std::pair<std::size_t, std::string_view>> next(std::string_view text,
                                                             std::size_t from) {
  while (true) {
    const auto start = text.find(kOpen, from);
    if (start == std::string_view::npos) return std::nullopt;
    const auto end = text.find('}', start);
    if (end == std::string_view::npos) return std::nullopt;
    const auto name = text.substr(start + kOpen.size(), end - start - kOpen.size());
    if (is_variable_name(name)) return std::pair{start, name};
    from = start + 1;
  }
}

}  // namespace

bool has_secret_reference(std::string_view text) { return next(text, 0).has_value(); }

std::string resolve_secrets(std::string_view text, const std::map<std::string, std::string>& values,
                            std::optional<std::string>& missing) {
  std::string resolved;
  std::size_t from = 0;
  while (const auto found = next(text, from)) {
    const auto& [start, name] = *found;
    resolved += text.substr(from, start - from);
    const auto value = values.find(std::string(name));
    if (value == values.end()) {
      missing = std::string(name);
    } else {
      resolved += value->second;
    }
    from = start + kOpen.size() + name.size() + 1;
  }
  return resolved += text.substr(from);
}

}  // namespace e2b_template
