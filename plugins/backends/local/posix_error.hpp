// A system call that failed: its errno, and a line for a person.
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sandport_local {

class PosixError : public std::runtime_error {
 public:
  // The message becomes "CONTEXT: No such file or directory".
  PosixError(int number, std::string_view context);
  // For errors that need more than errno's own words; the message is taken as it is.
  [[nodiscard]] static PosixError with_message(int number, const std::string& message);

  [[nodiscard]] int number() const noexcept { return number_; }
  // "ENOENT" and so on.
  [[nodiscard]] std::string name() const;

 private:
  struct Whole {};
  PosixError(Whole, int number, const std::string& message)
      : std::runtime_error(message), number_(number) {}
  int number_;
};

// "ENOENT"; "E12345" for a number that libc does not know.
[[nodiscard]] std::string errno_name(int number);

// Throws PosixError for the present errno.
[[noreturn]] void throw_errno(std::string_view context);

// A path as it may stand in a one-line message: control bytes and invalid UTF-8 escaped.
[[nodiscard]] std::string printable(std::string_view bytes);

}  // namespace sandport_local
