#include "posix_error.hpp"

#include <cstdio>
#include <cstring>
#include <system_error>

namespace sandport_local {
namespace {

// Length of the valid UTF-8 sequence at the start of bytes; 0 when there is none.
std::size_t sequence_length(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf5   ? 0
                             : lead >= 0xf0 ? 4
                             : lead >= 0xe0 ? 3
                             : lead >= 0xc2 ? 2
                                            : 0;
  if (length == 0 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0xc0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

PosixError::PosixError(int number, std::string_view context)
    : std::runtime_error(std::string(context) + ": " + std::generic_category().message(number)),
      number_(number) {}

PosixError PosixError::with_message(int number, const std::string& message) {
  return {Whole{}, number, message};
}

std::string PosixError::name() const { return errno_name(number_); }

std::string errno_name(int number) {
  const char* name = ::strerrorname_np(number);
  return name != nullptr ? name : "E" + std::to_string(number);
}

void throw_errno(std::string_view context) {
  const int number = errno;
  throw PosixError(number, context);
}

std::string printable(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto byte = static_cast<unsigned char>(bytes[0]);
    const std::size_t length = sequence_length(bytes);
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
      text += escaped;
      bytes.remove_prefix(1);
    } else {
      text += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return text;
}

}  // namespace sandport_local
