#include "core/session/session_id.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "core/error.hpp"

namespace sandport {
namespace {

// Crockford's base 32: no i, l, o, u.
constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";

}  // namespace

std::string make_session_id(std::int64_t time_ms) {
  std::array<unsigned char, 16> random{};
  while (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    if (errno != EINTR) {
      throw Error(Code::kInternal, fmt::format("the system gives no random bytes: {}",
                                               std::generic_category().message(errno)));
    }
  }
  std::string id;
  id.reserve(26);
  for (int shift = 45; shift >= 0; shift -= 5) {
    id.push_back(kDigits[static_cast<std::size_t>(time_ms >> shift) & 31U]);
  }
  for (const unsigned char byte : random) {
    id.push_back(kDigits[byte & 31U]);
  }
  return id;
}

}  // namespace sandport
