// Where a sandbox is reached: envd, its ports, and URLs that carry their own permission.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "options.hpp"

namespace sandport_e2b {

inline constexpr std::uint32_t kEnvdPort = 49983;

// What addresses depend on.
struct Address {
  Address(const Options& options, std::string sandbox_id, std::string sandbox_domain);

  std::string id;
  std::string domain;
  std::string override_url;  // sandbox_url
  bool debug = false;
};

// https://PORT-ID.DOMAIN; http://localhost:PORT in debug mode.
[[nodiscard]] std::string port_url(const Address& address, std::uint32_t port);
// Where requests with routing headers go.
[[nodiscard]] std::string envd_url(const Address& address);

enum class FileAccess { kRead, kWrite };

// The v1 signature. expires: Unix seconds.
[[nodiscard]] std::string sign(std::string_view path, FileAccess access, std::string_view user,
                               std::string_view token, std::optional<std::int64_t> expires);

// A URL of a file for someone who has no token; empty user: the default one. Without a token it is
// not signed.
[[nodiscard]] std::string file_url(const Address& address, std::string_view path, FileAccess access,
                                   std::string_view user, std::string_view token,
                                   std::optional<std::int64_t> expires);

// As the list call wants it, which decodes three times: names and values encoded twice, and the
// whole once more.
[[nodiscard]] std::string metadata_query(const StringMap& metadata);

}  // namespace sandport_e2b
