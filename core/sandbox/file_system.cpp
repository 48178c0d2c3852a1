#include "core/sandbox/file_system.hpp"

#include "core/error.hpp"

namespace sandport {

Task<std::string> read_all(ByteStream& stream, std::uint64_t limit) {
  std::string content;
  for (;;) {
    const auto chunk = co_await stream.next();
    if (chunk.empty()) co_return content;
    if (chunk.size() > limit - content.size()) {
      throw Error(Code::kResourceExhausted,
                  "the content is longer than " + std::to_string(limit) + " bytes");
    }
    content += chunk;
  }
}

}  // namespace sandport
