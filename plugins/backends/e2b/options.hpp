// What stands under `with:` for the E2B backend, and the variables that stand in for it.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sandport_e2b {

using StringMap = std::map<std::string, std::string>;

// Looks up an environment variable; empty counts as unset.
using Environment = std::function<std::string(const char* name)>;

struct Options {
  std::string api_key;
  std::string template_id = "base";
  std::optional<std::chrono::milliseconds> timeout;  // as given
  bool auto_extend = true;
  std::string work_dir;
  StringMap envs;
  StringMap metadata;
  std::optional<bool> allow_internet_access;
  std::string network;  // JSON as the service has it; empty: not given
  bool secure = true;
  std::optional<bool> auto_pause;
  std::optional<bool> keep_memory;
  std::optional<bool> auto_resume;
  std::string user;
  std::chrono::milliseconds exec_timeout{0};  // zero: none
  std::chrono::milliseconds output_grace{200};
  std::chrono::seconds keepalive{20};
  std::chrono::milliseconds request_timeout{60000};  // zero: none
  std::chrono::milliseconds connect_timeout{15000};
  int retries = 3;
  bool gzip = false;
  std::string domain = "e2b.app";
  std::string api_url;      // without a slash at its end
  std::string sandbox_url;  // empty: by the domain
  bool debug = false;

  // config: JSON that passed the schema, defaults filled in or not. Throws sandport::Error.
  [[nodiscard]] static Options parse(std::string_view config, const Environment& environment);

  // Of a new sandbox.
  [[nodiscard]] std::chrono::seconds life() const;
};

// Whole seconds, rounded up, as every duration on the wire.
[[nodiscard]] std::chrono::seconds whole_seconds(std::chrono::milliseconds duration);

// The network object in the service's words; both notations are understood. Throws
// sandport::Error.
[[nodiscard]] std::string network_to_wire(std::string_view json);

}  // namespace sandport_e2b
