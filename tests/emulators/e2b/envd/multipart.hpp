// multipart/form-data, read as it comes in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sandport::e2b_emulator {

struct PartHead {
  std::string name;
  std::string filename;
};

// Feed bytes, then take what they mean: heads, and pieces of the bodies under them.
class MultipartReader {
 public:
  enum class Found { kNeedMore, kHead, kBody, kPartEnd, kEnd };

  explicit MultipartReader(std::string_view boundary);

  // The boundary of a Content-Type, or nothing.
  [[nodiscard]] static std::optional<std::string> boundary_of(std::string_view content_type);

  void feed(std::string_view bytes) { pending_ += bytes; }
  // Throws Error kInvalidArgument for what is no multipart.
  [[nodiscard]] Found next();
  [[nodiscard]] const PartHead& head() const { return head_; }  // after kHead
  [[nodiscard]] std::string take_body();                        // after kBody

 private:
  enum class Where { kPreamble, kHead, kBody, kAfterPart, kDone };

  [[nodiscard]] bool skip_preamble();
  [[nodiscard]] bool skip_delimiter_tail();
  [[nodiscard]] Found next_of_body();

  std::string delimiter_;  // CRLF "--" boundary
  std::string pending_ = "\r\n";
  std::string body_;
  Where where_ = Where::kPreamble;
  PartHead head_;
};

}  // namespace sandport::e2b_emulator
