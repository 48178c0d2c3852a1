#include "files_hash.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <sandport/error.hpp>
#include <string_view>

#include "content_reader.hpp"

namespace e2b_template {
namespace {

class Sha256 {
 public:
  Sha256() {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) fail();
  }
  void add(std::string_view bytes) {
    if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) fail();
  }
  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_DigestFinal_ex(context_.get(), digest.data(), &length) != 1) fail();
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
      text += kHex[digest[i] >> 4U];
      text += kHex[digest[i] & 15U];
    }
    return text;
  }

 private:
  [[noreturn]] static void fail() {
    throw sandport::Error(SP_INTERNAL, "SHA-256 is not available");
  }

  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

}  // namespace

std::string files_hash(const std::string& source, const std::string& destination,
                       const std::string& context, const Entries& entries,
                       const std::stop_token& stop) {
  Sha256 hash;
  ContentReader reader{context, stop};
  hash.add("COPY " + source + ' ' + destination);
  for (const Entry& entry : entries) {
    if (stop.stop_requested()) throw sandport::Cancelled();
    hash.add(entry.path);
    hash.add(std::to_string(entry.mode));
    hash.add(std::to_string(entry.size));
    if (entry.is_link()) {
      hash.add(entry.link);
    } else if (entry.is_file()) {
      reader.read(entry, [&](std::string_view bytes) { hash.add(bytes); });
    }
  }
  return hash.finish();
}

std::string text_hash(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return hash.finish();
}

}  // namespace e2b_template
