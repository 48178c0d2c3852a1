// What the service's refusals mean: HTTP statuses by plane, Connect codes, and what may be retried.
#pragma once

#include <chrono>
#include <sandport/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sandport_e2b {

// Who answered: the control API, envd's file routes, or a Connect route before its handler ran.
enum class Plane { kControl, kFiles, kRpc };

// Reasons of errors that code here looks at.
namespace reason {
inline constexpr std::string_view kGone = "SANDBOX_GONE";
inline constexpr std::string_view kPaused = "SANDBOX_PAUSED";
inline constexpr std::string_view kPortClosed = "PORT_CLOSED";
inline constexpr std::string_view kChanging = "SANDBOX_CHANGING";
inline constexpr std::string_view kRoute = "NO_SUCH_ROUTE";
inline constexpr std::string_view kStreamLost = "STREAM_LOST";
}  // namespace reason

struct Refusal {
  Refusal() = default;

  Plane plane = Plane::kControl;
  int status = 0;
  std::string body;
  std::string doing;                          // "creating a sandbox"
  std::chrono::milliseconds retry_after{-1};  // the header's; negative: none
};

// Secrets are taken out of what the server says.
[[nodiscard]] sandport::Error to_error(const Refusal& refusal,
                                       const std::vector<std::string>& secrets);

// code: Connect's, such as not_found. path: of a file operation, or empty.
[[nodiscard]] sandport::Error connect_error(std::string_view code, std::string_view message,
                                            std::string_view doing,
                                            const std::vector<std::string>& secrets);

// The same error, with the errno that its words tell of. path stands in the message.
[[nodiscard]] sandport::Error as_file_error(const sandport::Error& error, std::string_view path);

// Retry-After in seconds, as the header has it; negative when it is something else.
[[nodiscard]] std::chrono::milliseconds parse_retry_after(std::string_view header);

enum class Repeat {
  kSafe,   // the request may be seen twice without harm
  kUnsafe  // only when it was certainly not acted on
};
[[nodiscard]] bool may_retry(const sandport::Error& error, Repeat repeat) noexcept;

}  // namespace sandport_e2b
