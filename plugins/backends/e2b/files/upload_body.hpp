// The body of an upload: raw, or as a form for envd versions that take nothing else.
#pragma once

#include <cstdint>
#include <sandport/bytes_reader.hpp>
#include <sandport/http.hpp>
#include <string>

namespace sandport_e2b {

enum class UploadForm { kRaw, kMultipart };
enum class Compression { kNone, kGzip };

// What is to be sent. Small content is kept, so that it can be sent again.
struct Content {
  Content() = default;

  std::string bytes;        // when all of it is here
  sandport::Reader source;  // otherwise
  std::uint64_t size = 0;   // UINT64_MAX: unknown
  bool whole = false;
};

inline constexpr std::uint64_t kKeptContent = 256u * 1024u;

// Takes what fits.
[[nodiscard]] sandport::Task<Content> take_content(sandport::Reader source, std::uint64_t size);

// Adds body and headers. A content that is not whole is used up.
void set_upload(sandport::HttpRequest* request, Content* content, UploadForm form,
                Compression compression);

}  // namespace sandport_e2b
