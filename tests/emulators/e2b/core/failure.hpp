// Failures that have a form on the wire.
#pragma once

#include <stdexcept>
#include <string>

#include "core/error.hpp"

namespace sandport::e2b_emulator {

// Answered as {"code": status, "message": …}: the control API, the edge and envd's HTTP routes.
class HttpFailure : public std::runtime_error {
 public:
  HttpFailure(int status, const std::string& message, std::string headers = {})
      : std::runtime_error(message), status_(status), headers_(std::move(headers)) {}

  [[nodiscard]] int status() const { return status_; }
  // More header lines, "Name: value\r\nOther: value".
  [[nodiscard]] const std::string& headers() const { return headers_; }

 private:
  int status_;
  std::string headers_;
};

// Answered as the Connect protocol has it: {"code": "not_found", "message": …}.
class ConnectFailure : public std::runtime_error {
 public:
  ConnectFailure(Code code, const std::string& message)
      : std::runtime_error(message), code_(code) {}

  [[nodiscard]] Code code() const { return code_; }

 private:
  Code code_;
};

}  // namespace sandport::e2b_emulator
