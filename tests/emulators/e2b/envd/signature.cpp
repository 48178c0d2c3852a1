#include "tests/emulators/e2b/envd/signature.hpp"

#include <openssl/sha.h>

#include <array>
#include <cstdlib>
#include <ctime>

#include "host/engine/base64.hpp"

namespace sandport::e2b_emulator {

std::string sign_file_url(std::string_view path, FileAccess access, std::string_view user,
                          std::string_view token, const std::optional<std::string>& expiration) {
  std::string text(path);
  text += access == FileAccess::kRead ? ":read:" : ":write:";
  text += user;
  text += ':';
  text += token;
  if (expiration) text += ":" + *expiration;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string encoded =
      base64_encode(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
  while (encoded.ends_with('=')) encoded.pop_back();
  return "v1_" + encoded;
}

bool signed_with(const RequestTarget& target, FileAccess access, std::string_view token) {
  const std::string expected = sign_file_url(target.parameter("path").value_or(""), access,
                                             target.parameter("username").value_or(""), token,
                                             target.parameter("signature_expiration"));
  return target.parameter("signature") == expected;
}

void check_file_access(const Call& call, FileAccess access) {
  const std::string& token = call.sandbox->access_token;
  if (token.empty()) return;
  if (const std::string given = call.header("X-Access-Token"); !given.empty()) {
    if (given == token) return;
    throw HttpFailure(401, "access token present in header but does not match");
  }
  if (!call.target.parameter("signature")) {
    throw HttpFailure(401, "missing signature query parameter");
  }
  if (!signed_with(call.target, access, token)) throw HttpFailure(401, "invalid signature");
  const auto expiration = call.target.parameter("signature_expiration");
  if (expiration && std::strtoll(expiration->c_str(), nullptr, 10) < std::time(nullptr)) {
    throw HttpFailure(401, "signature is already expired");
  }
}

}  // namespace sandport::e2b_emulator
