#include "encoding.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <new>
#include <sandport/error.hpp>

namespace sandport_e2b {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 255;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  for (auto& digit : digits) digit = kNoDigit;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}

constexpr auto kDigits = make_digits();

void append_hex(std::string* out, unsigned char octet, std::string_view digits) {
  *out += digits[octet >> 4u];
  *out += digits[octet & 15u];
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) -> std::uint32_t {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u;
    };
    const std::uint32_t group = at(0) << 16u | at(1) << 8u | at(2);
    out += kAlphabet[group >> 18u];
    out += kAlphabet[group >> 12u & 63u];
    out += i + 1 < bytes.size() ? kAlphabet[group >> 6u & 63u] : '=';
    out += i + 2 < bytes.size() ? kAlphabet[group & 63u] : '=';
  }
  return out;
}

std::string base64_decode(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char letter : text) {
    const std::uint8_t digit = kDigits[static_cast<unsigned char>(letter)];
    if (digit == kNoDigit) {
      throw sandport::Error(SP_DATA_LOSS, "E2B: the server sent bytes that are no base64");
    }
    group = group << 6u | digit;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits & 255u);
  }
  if (bits == 6) throw sandport::Error(SP_DATA_LOSS, "E2B: the server sent half a base64 group");
  return out;
}

std::string percent_encode(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const char letter : bytes) {
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' ||
                       letter == '_' || letter == '~';
    if (plain) {
      out += letter;
    } else {
      out += '%';
      append_hex(&out, static_cast<unsigned char>(letter), "0123456789ABCDEF");
    }
  }
  return out;
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string random_hex(std::size_t octets) {
  std::string bytes(octets, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(octets)) != 1) {
    throw sandport::Error(SP_INTERNAL, "this machine has no source of random numbers");
  }
  std::string out;
  for (const char byte : bytes) {
    append_hex(&out, static_cast<unsigned char>(byte), "0123456789abcdef");
  }
  return out;
}

std::string shell_quote(std::string_view text) {
  std::string out = "'";
  for (const char letter : text) {
    if (letter == '\'') {
      out += "'\\''";
    } else {
      out += letter;
    }
  }
  out += '\'';
  return out;
}

}  // namespace sandport_e2b
