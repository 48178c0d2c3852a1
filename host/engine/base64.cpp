#include "host/engine/base64.hpp"

#include <openssl/evp.h>

namespace sandport {

std::string base64_encode(std::string_view bytes) {
  // OpenSSL also writes a terminating zero.
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace sandport
