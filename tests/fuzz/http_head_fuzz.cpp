// Header lines from a hostile server: no crash, and no field that could break a line further on.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "host/engine/http/head_parser.hpp"

namespace {

using sandport::HttpHeadParser;

bool has_edge_blank(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  return !text.empty() && (kBlank.find(text.front()) != std::string_view::npos ||
                           kBlank.find(text.back()) != std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  HttpHeadParser parser;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::size_t length = end == std::string_view::npos ? rest.size() : end + 1;
    const auto outcome = parser.feed(rest.substr(0, length));
    rest.remove_prefix(length);
    if (outcome == HttpHeadParser::Outcome::kTooLarge) break;
    if ((outcome == HttpHeadParser::Outcome::kComplete) != parser.complete()) std::abort();
  }
  if (parser.complete() && parser.head().status < 200) std::abort();
  for (const auto& header : parser.head().headers) {
    if (has_edge_blank(header.name) || has_edge_blank(header.value)) std::abort();
    if (header.name.find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
