// Errors across the C ABI, in both directions.
#pragma once

#include <sandport/abi.h>

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace sandport::adapt {

// A code that this host does not know becomes kUnknown.
[[nodiscard]] Code to_code(sp_code code);

// What a plugin reported. SP_OK here is a fault of the plugin and becomes kInternal. `subject`
// stands in for a missing message.
[[nodiscard]] Error to_error(const sp_status& status, std::string_view subject);

// Any exception as Error: Error as it is, Asio's operation_aborted as kCancelled, bad_alloc as
// kResourceExhausted, everything else as kInternal.
[[nodiscard]] Error to_error(const std::exception_ptr& failure);

// An sp_status over an Error that it keeps.
class StatusOf {
 public:
  explicit StatusOf(Error error);
  StatusOf(const StatusOf&) = delete;
  StatusOf& operator=(const StatusOf&) = delete;

  [[nodiscard]] const sp_status& status() const { return status_; }

 private:
  Error error_;
  sp_status status_{};
};

// Tells the caller of one of our own functions why it failed on the spot; returns the code.
sp_code refuse(sp_error* slot, const Error& error) noexcept;

// Where a plugin's function puts the reason of a failure on the spot.
class ErrorSlot {
 public:
  ErrorSlot();
  ErrorSlot(const ErrorSlot&) = delete;
  ErrorSlot& operator=(const ErrorSlot&) = delete;

  [[nodiscard]] sp_error* abi() { return &slot_.abi; }

  // The error for `code`, which the function returned.
  [[nodiscard]] Error take(sp_code code, std::string_view subject) const;

 private:
  struct Slot {
    sp_error abi;
    std::optional<Error> error;
  };
  static void set(sp_error* self, const sp_status* status) noexcept;

  Slot slot_;
};

}  // namespace sandport::adapt
