// The one exception type of core and host.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {

// gRPC's canonical status codes, with gRPC's numbers (grpc/doc/statuscodes.md), plus one of ours.
enum class Code : std::int32_t {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,  // nothing happened: the same call may be made again
  kDataLoss = 15,
  kUnauthenticated = 16,
  kInterrupted = 100,  // the outcome is unknown: the call may have taken effect
};

// "NOT_FOUND" and so on, as gRPC spells them.
[[nodiscard]] std::string_view code_name(Code code);

enum class Retry { kNo, kYes };

// `what()` is one line for a person: what failed, where, and what to do about it.
class Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& message, Retry retry = Retry::kNo,
        std::chrono::milliseconds retry_after = std::chrono::milliseconds{0},
        std::string reason = {})
      : std::runtime_error(message),
        code_(code),
        retry_(retry),
        retry_after_(retry_after),
        reason_(std::move(reason)) {}

  [[nodiscard]] Code code() const noexcept { return code_; }
  [[nodiscard]] bool retryable() const noexcept { return retry_ == Retry::kYes; }
  // How long the service asked us to wait; zero when it did not say.
  [[nodiscard]] std::chrono::milliseconds retry_after() const noexcept { return retry_after_; }
  // One word for a machine, or empty: an errno's name (EISDIR) or a service's own code.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  Code code_;
  Retry retry_;
  std::chrono::milliseconds retry_after_;
  std::string reason_;
};

}  // namespace sandport
