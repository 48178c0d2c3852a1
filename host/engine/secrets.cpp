#include "host/engine/secrets.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "core/error.hpp"
#include "host/engine/secret_file.hpp"
#include "host/engine/secret_forms.hpp"

namespace sandport {
namespace {

constexpr std::string_view kMask = "***";

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

void replace_all(std::string& text, const std::string& form) {
  for (auto at = text.find(form); at != std::string::npos;
       at = text.find(form, at + kMask.size())) {
    text.replace(at, form.size(), kMask);
  }
}

}  // namespace

struct Secrets::State {
  explicit State(Environment from) : environment(std::move(from)) {}

  // An empty variable is as good as none.
  [[nodiscard]] std::optional<std::string> variable(const std::string& name) const {
    auto value = environment(name);
    return value && !value->empty() ? value : std::nullopt;
  }

  [[nodiscard]] std::string find(const std::string& name) const {
    if (auto value = variable(name)) return *value;
    if (const auto file = variable(name + "_FILE")) {
      if (auto value = read_secret_file(*file)) return *value;
      throw Error(Code::kNotFound, "the secret " + name + " is not set: the file " + *file +
                                       ", which " + name + "_FILE names, does not exist");
    }
    std::string looked = "the variables " + name + " and " + name + "_FILE";
    if (const auto directory = variable("SANDPORT_SECRETS_DIR")) {
      const std::string file = *directory + '/' + name;
      if (auto value = read_secret_file(file)) return *value;
      looked += " and the file " + file;
    }
    throw Error(Code::kNotFound, "the secret " + name + " is not set; looked for " + looked);
  }

  Environment environment;
  mutable std::shared_mutex mutex;
  std::vector<std::string> forms;  // the longest first, so that no part of one stays
};

Secrets::Secrets() : Secrets(&process_environment) {}
Secrets::Secrets(Environment environment)
    : state_(std::make_unique<State>(std::move(environment))) {}
Secrets::~Secrets() = default;

std::string Secrets::get(std::string_view name) {
  if (!is_variable_name(name)) {
    throw Error(Code::kInvalidArgument,
                "the name of a secret has letters, digits and underscores only, as a variable's");
  }
  std::string value = state_->find(std::string(name));
  remember(value);
  return value;
}

void Secrets::remember(std::string_view value) {
  if (value.size() < kShortestMasked) return;
  const auto forms = secret_forms(value);
  const std::unique_lock lock(state_->mutex);
  auto& known = state_->forms;
  for (const auto& form : forms) {
    if (std::find(known.begin(), known.end(), form) == known.end()) known.push_back(form);
  }
  std::sort(known.begin(), known.end(), [](const std::string& left, const std::string& right) {
    return left.size() > right.size();
  });
}

std::string Secrets::redact(std::string text) const {
  const std::shared_lock lock(state_->mutex);
  for (const auto& form : state_->forms) replace_all(text, form);
  return text;
}

}  // namespace sandport
