// What the loop asks before each tool call.
#pragma once

#include <string>
#include <string_view>

namespace sandport {

enum class Permission { kAllow, kAsk, kDeny };

struct PermissionVerdict {
  Permission permission = Permission::kAllow;
  std::string rule;     // the rule that decided, as the manifest has it; empty: none did
  std::string pattern;  // what "allow for this session" would add
};

// The rules of one session. Used on its strand.
class PermissionGate {
 public:
  virtual ~PermissionGate() = default;
  // `arguments` is a JSON object.
  [[nodiscard]] virtual PermissionVerdict check(std::string_view tool,
                                                std::string_view arguments) = 0;
  // A person allows `pattern` until the session ends. Throws kInvalidArgument when it is no
  // pattern.
  virtual void allow_for_session(std::string_view pattern) = 0;
};

}  // namespace sandport
