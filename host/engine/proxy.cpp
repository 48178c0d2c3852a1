#include "host/engine/proxy.hpp"

#include <strings.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <cstdlib>
#include <initializer_list>
#include <string>

namespace sandport {
namespace ip = boost::asio::ip;

namespace {

std::string first_variable(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  }
  return {};
}

bool same(std::string_view left, std::string_view right) {
  return left.size() == right.size() && strncasecmp(left.data(), right.data(), left.size()) == 0;
}

bool in_network(const std::string& network, const std::string& host) {
  boost::system::error_code failure;
  const ip::address address = ip::make_address(host, failure);
  if (failure) return false;
  if (address.is_v4()) {
    const auto range = ip::make_network_v4(network, failure);
    return !failure && ip::make_network_v4(address.to_v4(), range.prefix_length()).canonical() ==
                           range.canonical();
  }
  const auto range = ip::make_network_v6(network, failure);
  return !failure && ip::make_network_v6(address.to_v6(), range.prefix_length()).canonical() ==
                         range.canonical();
}

bool matches(std::string_view entry, std::string_view host) {
  if (entry == "*") return true;
  if (entry.find('/') != std::string_view::npos) {
    return in_network(std::string(entry), std::string(host));
  }
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty() || entry.size() > host.size()) return false;
  if (same(entry, host)) return true;
  const auto start = host.size() - entry.size();
  return start > 0 && host[start - 1] == '.' && same(host.substr(start), entry);
}

}  // namespace

bool matches_no_proxy(std::string_view list, std::string_view host) {
  constexpr std::string_view kBetween = ", \t";
  while (!list.empty()) {
    const auto start = list.find_first_not_of(kBetween);
    if (start == std::string_view::npos) return false;
    list.remove_prefix(start);
    const auto end = std::min(list.find_first_of(kBetween), list.size());
    if (matches(list.substr(0, end), host)) return true;
    list.remove_prefix(end);
  }
  return false;
}

std::optional<Url> proxy_for(const NetworkSettings& settings, const Url& target) {
  std::string proxy;
  if (settings.proxy) {
    proxy = *settings.proxy;
  } else {
    if (matches_no_proxy(first_variable({"no_proxy", "NO_PROXY"}), target.host))
      return std::nullopt;
    // HTTP_PROXY in capitals is what a CGI request's Proxy header turns into: never trusted.
    const bool tls = target.scheme == "wss" || target.scheme == "https";
    proxy = tls ? first_variable({"https_proxy", "HTTPS_PROXY"}) : first_variable({"http_proxy"});
    if (proxy.empty()) proxy = first_variable({"all_proxy", "ALL_PROXY"});
  }
  if (proxy.empty()) return std::nullopt;
  if (proxy.find("://") == std::string::npos) proxy.insert(0, "http://");
  return parse_url(proxy);
}

}  // namespace sandport
