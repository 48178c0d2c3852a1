// Errors of the operating system, as the ABI names them: for plugins that work with files.
#pragma once

#include <sandport/error.hpp>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

namespace sandport {
inline namespace v1 {

namespace detail {

struct ErrnoEntry {
  int number;
  sp_code code;
  std::string_view name;
};

inline constexpr ErrnoEntry kErrnoTable[] = {
    {ENOENT, SP_NOT_FOUND, "ENOENT"},
    {ESRCH, SP_NOT_FOUND, "ESRCH"},
    {EEXIST, SP_ALREADY_EXISTS, "EEXIST"},
    {EACCES, SP_PERMISSION_DENIED, "EACCES"},
    {EPERM, SP_PERMISSION_DENIED, "EPERM"},
    {EROFS, SP_PERMISSION_DENIED, "EROFS"},
    {EISDIR, SP_FAILED_PRECONDITION, "EISDIR"},
    {ENOTDIR, SP_FAILED_PRECONDITION, "ENOTDIR"},
    {ENOTEMPTY, SP_FAILED_PRECONDITION, "ENOTEMPTY"},
    {EPIPE, SP_FAILED_PRECONDITION, "EPIPE"},
    {EXDEV, SP_FAILED_PRECONDITION, "EXDEV"},
    {EBUSY, SP_FAILED_PRECONDITION, "EBUSY"},
    {ELOOP, SP_FAILED_PRECONDITION, "ELOOP"},
    {ETXTBSY, SP_FAILED_PRECONDITION, "ETXTBSY"},
    {ENOEXEC, SP_FAILED_PRECONDITION, "ENOEXEC"},
    {EINVAL, SP_INVALID_ARGUMENT, "EINVAL"},
    {ENAMETOOLONG, SP_INVALID_ARGUMENT, "ENAMETOOLONG"},
    {E2BIG, SP_INVALID_ARGUMENT, "E2BIG"},
    {ENOSPC, SP_RESOURCE_EXHAUSTED, "ENOSPC"},
    {EDQUOT, SP_RESOURCE_EXHAUSTED, "EDQUOT"},
    {EFBIG, SP_RESOURCE_EXHAUSTED, "EFBIG"},
    {EMFILE, SP_RESOURCE_EXHAUSTED, "EMFILE"},
    {ENFILE, SP_RESOURCE_EXHAUSTED, "ENFILE"},
    {ENOMEM, SP_RESOURCE_EXHAUSTED, "ENOMEM"},
    {EAGAIN, SP_RESOURCE_EXHAUSTED, "EAGAIN"},
    {EIO, SP_DATA_LOSS, "EIO"},
    {ENOSYS, SP_UNIMPLEMENTED, "ENOSYS"},
    {ENOTSUP, SP_UNIMPLEMENTED, "ENOTSUP"},
    {ETIMEDOUT, SP_DEADLINE_EXCEEDED, "ETIMEDOUT"},
};

}  // namespace detail

// `what` says what was attempted and on what: "cannot read /tmp/x"; the system's text is appended.
[[nodiscard]] inline Error errno_error(int number, std::string_view what) {
  std::string message{what};
  message += ": ";
  message += std::generic_category().message(number);
  for (const auto& entry : detail::kErrnoTable) {
    if (entry.number == number) return {entry.code, message, std::string{entry.name}};
  }
  return {SP_UNKNOWN, message, "E" + std::to_string(number)};
}

}  // namespace v1
}  // namespace sandport
