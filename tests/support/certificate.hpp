// Makes a throw-away certificate for TLS servers in tests.
#pragma once

#include <string>

namespace sandport::testing {

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
};

// Self-signed, so that the certificate is also its own authority. Valid for localhost and
// 127.0.0.1.
[[nodiscard]] Certificate make_certificate();

}  // namespace sandport::testing
