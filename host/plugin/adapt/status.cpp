#include "host/plugin/adapt/status.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <limits>
#include <new>
#include <utility>

#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {

Code to_code(sp_code code) {
  if ((code >= SP_OK && code <= SP_UNAUTHENTICATED) || code == SP_INTERRUPTED) {
    return static_cast<Code>(code);
  }
  return Code::kUnknown;
}

Error to_error(const sp_status& status, std::string_view subject) {
  const sp_status known = copy_struct(&status);
  const Code code = to_code(known.code);
  std::string message = copy(known.message);
  if (message.empty()) message = std::string{subject} + ": " + std::string{code_name(code)};
  const Retry retry = (known.flags & SP_STATUS_RETRYABLE) != 0 ? Retry::kYes : Retry::kNo;
  return {code == Code::kOk ? Code::kInternal : code, message, retry,
          std::chrono::milliseconds{known.retry_after_ms}, copy(known.reason)};
}

Error to_error(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return error;
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) {
      return {Code::kCancelled, "cancelled"};
    }
    return {Code::kInternal, error.what()};
  } catch (const std::bad_alloc&) {
    return {Code::kResourceExhausted, "out of memory"};
  } catch (const std::exception& error) {
    return {Code::kInternal, error.what()};
  } catch (...) {
    return {Code::kInternal, "an exception of unknown type"};
  }
}

StatusOf::StatusOf(Error error) : error_(std::move(error)) {
  using Milliseconds = std::chrono::milliseconds;
  constexpr Milliseconds kLongest{std::numeric_limits<std::uint32_t>::max()};
  status_.struct_size = sizeof status_;
  status_.code = static_cast<sp_code>(error_.code());
  status_.message = to_abi(error_.what());
  status_.reason = to_abi(error_.reason());
  status_.flags = error_.retryable() ? std::uint32_t{SP_STATUS_RETRYABLE} : 0;
  status_.retry_after_ms = static_cast<std::uint32_t>(
      std::clamp(error_.retry_after(), Milliseconds{0}, kLongest).count());
}

sp_code refuse(sp_error* slot, const Error& error) noexcept {
  const auto code = static_cast<sp_code>(error.code());
  try {
    const StatusOf status{error};
    if (SP_HAS(sp_error, slot, set)) slot->set(slot, &status.status());
  } catch (...) {
    return code;  // out of memory for the text; the code still tells
  }
  return code;
}

ErrorSlot::ErrorSlot() : slot_{{sizeof(sp_error), &ErrorSlot::set}, std::nullopt} {}

void ErrorSlot::set(sp_error* self, const sp_status* status) noexcept {
  if (status == nullptr) return;
  try {
    reinterpret_cast<Slot*>(self)->error.emplace(to_error(*status, "the plugin gave no reason"));
  } catch (...) {
    return;  // out of memory: take() makes an error from the code alone
  }
}

Error ErrorSlot::take(sp_code code, std::string_view subject) const {
  if (!slot_.error) {
    sp_status status{};
    status.struct_size = sizeof status;
    status.code = code;
    return to_error(status, subject);
  }
  // The returned code decides; the slot only explains it.
  const Error& error = *slot_.error;
  const Code actual = code == SP_OK ? Code::kInternal : to_code(code);
  return {actual, error.what(), error.retryable() ? Retry::kYes : Retry::kNo, error.retry_after(),
          error.reason()};
}

}  // namespace sandport::adapt
