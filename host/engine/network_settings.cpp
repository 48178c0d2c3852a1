#include "host/engine/network_settings.hpp"

#include <cstdlib>

namespace sandport {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string effective_ca_file(const NetworkSettings& settings) {
  if (!settings.ca_file.empty()) return settings.ca_file;
  std::string file = variable("CURL_CA_BUNDLE");
  return file.empty() ? variable("SSL_CERT_FILE") : file;
}

std::string effective_ca_dir(const NetworkSettings& settings) {
  return settings.ca_dir.empty() ? variable("SSL_CERT_DIR") : settings.ca_dir;
}

std::string certificate_advice(const NetworkSettings& settings) {
  const std::string file = effective_ca_file(settings);
  return "if you trust it, add its authority's certificate (PEM) to " +
         (file.empty() ? "the system's, or name a file in SSL_CERT_FILE"
                       : file + ", the file SSL_CERT_FILE or CURL_CA_BUNDLE or ca_file names");
}

}  // namespace sandport
