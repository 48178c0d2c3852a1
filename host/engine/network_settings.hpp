// What HTTP and WebSocket connections share: certificates, proxies, default timeouts.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace sandport {

struct NetworkSettings {
  // PEM file and directory of the trusted authorities. Empty: CURL_CA_BUNDLE or SSL_CERT_FILE, and
  // SSL_CERT_DIR, if set, else the system's.
  std::string ca_file;
  std::string ca_dir;
  // A proxy URL for everything; "" for none. Absent: http_proxy, HTTPS_PROXY, ALL_PROXY and
  // NO_PROXY, as curl reads them.
  std::optional<std::string> proxy;
  std::string user_agent = "sandport";
  // For requests that name none of their own. Zero means no limit.
  std::chrono::milliseconds connect_timeout{30000};
  std::chrono::milliseconds idle_timeout{0};
};

// The certificate settings in force: what is set, then the environment.
[[nodiscard]] std::string effective_ca_file(const NetworkSettings& settings);
[[nodiscard]] std::string effective_ca_dir(const NetworkSettings& settings);

// The last half of every message about a certificate that was not accepted.
[[nodiscard]] std::string certificate_advice(const NetworkSettings& settings);

}  // namespace sandport
