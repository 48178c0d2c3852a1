// Server-sent events from a hostile server: no crash, and the same events however the bytes are
// cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/models/openai/sse_parser.hpp"

namespace {

struct Outcome {
  std::vector<std::string> events;
  bool too_large = false;
};

Outcome parse(std::string_view bytes, std::size_t piece) {
  Outcome outcome;
  const auto keep = [&](const openai::SseEvent& event) {
    outcome.events.push_back(std::string(event.name) + '\n' + std::string(event.data));
  };
  openai::SseParser parser(4096);
  try {
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      parser.feed(bytes.substr(at, piece), keep);
    }
    parser.finish(keep);
  } catch (const std::length_error&) {
    outcome.too_large = true;
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0] % 64;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = parse(bytes, bytes.size() + 1);
  const Outcome cut = parse(bytes, piece);
  if (whole.too_large != cut.too_large || whole.events != cut.events) std::abort();
  return 0;
}
