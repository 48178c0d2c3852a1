#include "urls.hpp"

#include <algorithm>
#include <array>

#include "encoding.hpp"

namespace sandport_e2b {
namespace {

// The domains whose edge routes by headers, so that connections to all sandboxes are shared.
constexpr std::array<std::string_view, 4> kHeaderRouted{"e2b.app", "e2b.dev", "e2b.pro",
                                                        "e2b-staging.dev"};

std::string twice(const std::string& text) { return percent_encode(percent_encode(text)); }

}  // namespace

Address::Address(const Options& options, std::string sandbox_id, std::string sandbox_domain)
    : id(std::move(sandbox_id)),
      domain(sandbox_domain.empty() ? options.domain : std::move(sandbox_domain)),
      override_url(options.sandbox_url),
      debug(options.debug) {}

std::string port_url(const Address& address, std::uint32_t port) {
  if (address.debug) return "http://localhost:" + std::to_string(port);
  return "https://" + std::to_string(port) + '-' + address.id + '.' + address.domain;
}

std::string envd_url(const Address& address) {
  if (!address.override_url.empty()) return address.override_url;
  const bool by_headers =
      std::find(kHeaderRouted.begin(), kHeaderRouted.end(), address.domain) != kHeaderRouted.end();
  if (!address.debug && by_headers) return "https://sandbox." + address.domain;
  return port_url(address, kEnvdPort);
}

std::string sign(std::string_view path, FileAccess access, std::string_view user,
                 std::string_view token, std::optional<std::int64_t> expires) {
  std::string text(path);
  text += access == FileAccess::kRead ? ":read:" : ":write:";
  text += user;
  text += ':';
  text += token;
  if (expires) text += ':' + std::to_string(*expires);
  std::string signature = base64_encode(sha256(text));
  while (signature.ends_with('=')) signature.pop_back();
  return "v1_" + signature;
}

std::string file_url(const Address& address, std::string_view path, FileAccess access,
                     std::string_view user, std::string_view token,
                     std::optional<std::int64_t> expires) {
  // Not the address that is shared: whoever follows the URL adds no routing headers.
  std::string url =
      address.override_url.empty() ? port_url(address, kEnvdPort) : address.override_url;
  url += "/files?path=" + percent_encode(path);
  if (!user.empty()) url += "&username=" + percent_encode(user);
  if (token.empty()) return url;
  url += "&signature=" + percent_encode(sign(path, access, user, token, expires));
  if (expires) url += "&signature_expiration=" + std::to_string(*expires);
  return url;
}

std::string metadata_query(const StringMap& metadata) {
  std::string pairs;
  for (const auto& [name, value] : metadata) {
    if (!pairs.empty()) pairs += '&';
    pairs += twice(name) + '=' + twice(value);
  }
  return percent_encode(pairs);
}

}  // namespace sandport_e2b
