#include "host/engine/secret_forms.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "host/engine/base64.hpp"

namespace sandport {
namespace {

// A shorter piece of base64 may stand in a text by chance.
constexpr std::size_t kShortestPiece = 8;

std::string percent_encode(std::string_view value, std::string_view digits) {
  std::string text;
  for (const char character : value) {
    const auto octet = static_cast<unsigned char>(character);
    if (std::isalnum(octet) != 0 ||
        std::string_view("-._~").find(character) != std::string_view::npos) {
      text += character;
    } else {
      text += '%';
      text += digits[octet / 16];
      text += digits[octet % 16];
    }
  }
  return text;
}

// The characters of base64 that depend on the value alone when `before` octets precede it.
std::string base64_piece(std::string_view value, std::size_t before) {
  constexpr std::array<std::size_t, 3> kMixedAtStart = {0, 2, 3};
  const std::string text = base64_encode(std::string(before, '\0').append(value));
  const std::size_t start = kMixedAtStart[before];
  const std::size_t end = (before + value.size()) * 8 / 6;
  return end > start ? text.substr(start, end - start) : std::string();
}

std::string url_safe(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

}  // namespace

std::vector<std::string> secret_forms(std::string_view value) {
  std::vector<std::string> forms = {std::string(value), percent_encode(value, "0123456789ABCDEF"),
                                    percent_encode(value, "0123456789abcdef")};
  const auto replace = nlohmann::json::error_handler_t::replace;
  const std::string quoted = nlohmann::json(std::string(value)).dump(-1, ' ', false, replace);
  forms.push_back(quoted.substr(1, quoted.size() - 2));
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string piece = base64_piece(value, before);
    if (piece.size() < kShortestPiece) continue;
    forms.push_back(piece);
    forms.push_back(url_safe(piece));
  }
  std::sort(forms.begin(), forms.end());
  forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  return forms;
}

}  // namespace sandport
