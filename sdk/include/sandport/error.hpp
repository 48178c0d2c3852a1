// The one exception of the SDK, and its translation to and from the ABI's status.
#pragma once

#include <sandport/abi.h>
#include <sandport/text.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace sandport {
inline namespace v1 {

enum class Retry { kNo, kYes };

// Throw it from any function that the SDK calls; it becomes the operation's status. `what()` is one
// line for a person: what failed and what to do, without secrets.
class Error : public std::runtime_error {
 public:
  // `code` is one of SP_*, not SP_OK. `reason` is one word for a machine: an errno's name or the
  // service's own error code. `retry_after` is the service's own wish.
  Error(sp_code code, const std::string& message, std::string reason = {}, Retry retry = Retry::kNo,
        std::chrono::milliseconds retry_after = std::chrono::milliseconds{0})
      : std::runtime_error(message),
        code_(code),
        reason_(std::move(reason)),
        retry_(retry),
        retry_after_(retry_after) {}

  [[nodiscard]] sp_code code() const noexcept { return code_; }
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
  [[nodiscard]] bool retryable() const noexcept { return retry_ == Retry::kYes; }
  [[nodiscard]] std::chrono::milliseconds retry_after() const noexcept { return retry_after_; }

 private:
  sp_code code_;
  std::string reason_;
  Retry retry_;
  std::chrono::milliseconds retry_after_;
};

// What a cancelled Task throws.
class Cancelled : public Error {
 public:
  Cancelled() : Error(SP_CANCELLED, "cancelled") {}
};

namespace detail {

[[nodiscard]] inline Error from_status(const sp_status& status) {
  return {status.code, to_string(status.message), to_string(status.reason),
          (status.flags & SP_STATUS_RETRYABLE) != 0 ? Retry::kYes : Retry::kNo,
          std::chrono::milliseconds{status.retry_after_ms}};
}

[[nodiscard]] inline std::exception_ptr to_exception(const sp_status& status) {
  if (status.code == SP_CANCELLED) return std::make_exception_ptr(Cancelled{});
  return std::make_exception_ptr(from_status(status));
}

// Borrows from `error`.
[[nodiscard]] inline sp_status to_status(const Error& error) noexcept {
  sp_status status{};
  status.struct_size = kStructSize<sp_status>;
  status.code = error.code() == SP_OK ? SP_INTERNAL : error.code();
  status.message = to_str(error.what());
  status.reason = to_str(error.reason());
  status.flags = flag(error.retryable(), SP_STATUS_RETRYABLE);
  status.retry_after_ms = milliseconds<std::uint32_t>(error.retry_after());
  return status;
}

[[nodiscard]] inline sp_status plain_status(sp_code code, std::string_view message) noexcept {
  sp_status status{};
  status.struct_size = kStructSize<sp_status>;
  status.code = code;
  status.message = to_str(message);
  return status;
}

// The one place where exceptions become statuses. `deliver(const sp_status&)` must not throw; the
// status lives only inside it.
template <class Deliver>
void translate(const std::exception_ptr& exception, Deliver&& deliver) noexcept {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    deliver(to_status(error));
  } catch (const std::bad_alloc&) {
    deliver(plain_status(SP_RESOURCE_EXHAUSTED, "out of memory"));
  } catch (const std::invalid_argument& error) {
    deliver(plain_status(SP_INVALID_ARGUMENT, error.what()));
  } catch (const std::out_of_range& error) {
    deliver(plain_status(SP_INVALID_ARGUMENT, error.what()));
  } catch (const std::exception& error) {
    deliver(plain_status(SP_INTERNAL, error.what()));
  } catch (...) {
    deliver(plain_status(SP_INTERNAL, "an exception of an unknown type"));
  }
}

// Tells the caller of a function that fails on the spot why; returns the code to return.
inline sp_code report(sp_error* error, const std::exception_ptr& exception) noexcept {
  sp_code code = SP_INTERNAL;
  translate(exception, [&](const sp_status& status) noexcept {
    code = status.code;
    if (SP_HAS(sp_error, error, set)) error->set(error, &status);
  });
  return code;
}

// Runs `body` (which returns nothing) and turns what it throws into a code.
template <class Body>
sp_code guarded(sp_error* error, Body&& body) noexcept {
  try {
    body();
    return SP_OK;
  } catch (...) {
    return report(error, std::current_exception());
  }
}

// The caller's end: remembers what a failing function said.
class ErrorSlot : public sp_error {
 public:
  ErrorSlot() noexcept : sp_error{kStructSize<sp_error>, &ErrorSlot::remember} {}

  // Throws when `code` is not SP_OK; `what` names the call for the case that nothing was said.
  void check(sp_code code, std::string_view what) const {
    if (code == SP_OK) return;
    if (said_ && said_->code() != SP_CANCELLED) throw Error(*said_);
    if (code == SP_CANCELLED) throw Cancelled{};
    throw Error(code, std::string{what} + " failed with code " + std::to_string(code));
  }

 private:
  static void remember(sp_error* self, const sp_status* status) noexcept {
    try {
      static_cast<ErrorSlot*>(self)->said_.emplace(from_status(*status));
    } catch (...) {  // out of memory: the code alone must do
    }
  }

  std::optional<Error> said_;
};

}  // namespace detail
}  // namespace v1
}  // namespace sandport
