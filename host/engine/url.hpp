// Takes URLs apart, and says which part of them may be shown.
#pragma once

#include <string>
#include <string_view>

namespace sandport {

struct Url {
  std::string text;    // as given, or as resolved
  std::string scheme;  // lower case
  std::string user;    // percent-decoded, as is the password
  std::string password;
  std::string host;    // without the brackets of an IPv6 address
  std::string port;    // the scheme's own when the URL names none
  std::string target;  // path and query, as a request line has them
  std::string shown;   // scheme, host, port and path: never user, password, query or fragment

  [[nodiscard]] bool same_origin(const Url& other) const;
};

// Throws Error kInvalidArgument, without repeating the URL, when it is none.
[[nodiscard]] Url parse_url(std::string_view text);

// The URL that `reference` means on the page `base`.
[[nodiscard]] Url resolve_url(const Url& base, std::string_view reference);

}  // namespace sandport
