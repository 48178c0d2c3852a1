#include "host/manifest/expand.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "host/manifest/secrets.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

constexpr std::size_t kMaxNesting = 16;
constexpr std::size_t kMaxResult = std::size_t{1} << 20U;
constexpr std::string_view kSecretPrefix = "secret:";

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }
bool is_secret_name(char c) { return is_name(c) || c == '-' || c == '.' || c == '/'; }

class Expander {
 public:
  Expander(std::string_view whole, const EnvironmentLookup& environment)
      : whole_(whole), environment_(environment) {}

  Expanded run() {
    append(whole_, 0);
    return std::move(result_);
  }

 private:
  void append(std::string_view text, std::size_t nesting) {
    while (!text.empty()) {
      const std::size_t dollar = std::min(text.find('$'), text.size());
      put(text, text.substr(0, dollar));
      text.remove_prefix(dollar);
      if (text.starts_with("$$")) {
        put(text, "$");
        text.remove_prefix(2);
      } else if (text.starts_with("${")) {
        const std::size_t end = find_end(text);
        append_reference(text, text.substr(2, end - 2), nesting);
        text.remove_prefix(end + 1);
      } else if (!text.empty()) {
        put(text, "$");
        text.remove_prefix(1);
      }
    }
  }

  // The offset of the `}` that closes the `${` at the start of `text`.
  [[nodiscard]] std::size_t find_end(std::string_view text) const {
    std::size_t open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.substr(i).starts_with("$$")) {
        ++i;
      } else if (text.substr(i).starts_with("${")) {
        ++open;
        ++i;
      } else if (text[i] == '}' && --open == 0) {
        return i;
      }
    }
    fail(text, "`${` is not closed by a `}`; write `$$` for a plain dollar sign");
  }

  void append_reference(std::string_view at, std::string_view inside, std::size_t nesting) {
    if (nesting >= kMaxNesting) fail(at, "defaults are nested too deep");
    if (inside.starts_with(kSecretPrefix)) {
      const std::string_view name = inside.substr(kSecretPrefix.size());
      if (name.empty() || !std::ranges::all_of(name, is_secret_name)) {
        fail(at, "a secret is written ${secret:NAME}, without a default");
      }
      put(at, secret_reference(name));
      return;
    }
    const auto name_end = std::ranges::find_if_not(inside, is_name);
    const std::string_view name =
        inside.substr(0, static_cast<std::size_t>(name_end - inside.begin()));
    const std::string_view rest = inside.substr(name.size());
    if (name.empty() || !is_name_start(name[0]) ||
        !(rest.empty() || rest.starts_with(":-") || rest.starts_with(":?"))) {
      fail(at, fmt::format("cannot read {}; allowed are ${{VAR}}, ${{VAR:-default}}, "
                           "${{VAR:?message}} and ${{secret:NAME}}",
                           quote(fmt::format("${{{}}}", inside))));
    }
    append_variable(at, name, rest, nesting);
  }

  void append_variable(std::string_view at, std::string_view name, std::string_view rest,
                       std::size_t nesting) {
    result_.used_variable = true;
    const std::optional<std::string> value = environment_(name);
    if (value && !(value->empty() && !rest.empty())) {
      if (find_invalid_utf8(*value) || value->find('\0') != std::string::npos) {
        fail(at, fmt::format("the environment variable {} is not UTF-8 text", name));
      }
      put(at, *value);
    } else if (rest.starts_with(":-")) {
      append(rest.substr(2), nesting + 1);
    } else {
      const std::string_view reason = rest.empty() ? rest : rest.substr(2);
      fail(at, fmt::format(
                   "the environment variable {} is not set{}{}", name,
                   reason.empty() ? fmt::format("; set it, or write ${{{}:-default}}", name) : ": ",
                   printable(reason)));
    }
  }

  void put(std::string_view at, std::string_view text) {
    if (result_.text.size() + text.size() > kMaxResult)
      fail(at, "the text is too long with its variables");
    result_.text.append(text);
  }

  [[noreturn]] void fail(std::string_view at, const std::string& message) const {
    throw ExpandError(static_cast<std::size_t>(at.data() - whole_.data()), message);
  }

  std::string_view whole_;
  const EnvironmentLookup& environment_;
  Expanded result_;
};

}  // namespace

Expanded expand(std::string_view text, const EnvironmentLookup& environment) {
  return Expander(text, environment).run();
}

}  // namespace sandport::manifest
