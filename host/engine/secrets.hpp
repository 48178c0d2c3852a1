// Finds secrets by name, and masks every value it ever gave out.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sandport {

// Every member may be called from any thread.
class Secrets {
 public:
  using Environment = std::function<std::optional<std::string>(const std::string& name)>;

  // Shorter values are not masked: they would blot out ordinary text.
  static constexpr std::size_t kShortestMasked = 6;

  Secrets();  // over the process's environment
  explicit Secrets(Environment environment);
  ~Secrets();
  Secrets(const Secrets&) = delete;
  Secrets& operator=(const Secrets&) = delete;

  // The value of the variable NAME; else the content, less one line end, of the file that
  // NAME_FILE names, or of $SANDPORT_SECRETS_DIR/NAME. Throws Error kNotFound (set nowhere; says
  // where it was looked for), kPermissionDenied (a file that others than its owner may read),
  // kInvalidArgument (NAME is no variable name), kFailedPrecondition (unreadable, or over 1 MiB).
  [[nodiscard]] std::string get(std::string_view name);

  // From now on redact() masks `value` too.
  void remember(std::string_view value);

  // `text` with every known value replaced by "***", also where it is written in base64 (alone or
  // inside more), percent-encoded, or as a JSON string.
  [[nodiscard]] std::string redact(std::string text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport
