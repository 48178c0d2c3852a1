// Masks secrets in text that is shown while it streams, also where a fragment ends inside one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace sandport {

// Holds the word back that a fragment ends in until it is whole, since its beginning alone would
// not be recognised. Words of other scripts are shown at once: they are written without spaces, and
// keys are not made of them. A secret with spaces in it is masked only where one fragment holds it.
class RedactedStream {
 public:
  using Redactor = std::function<std::string(std::string)>;

  // `redactor` outlives it; an empty one lets everything through.
  explicit RedactedStream(const Redactor& redactor) : redactor_(redactor) {}

  // What can be shown now; may be empty.
  [[nodiscard]] std::string add(std::string_view fragment);
  // What was held back: nothing follows.
  [[nodiscard]] std::string flush();

 private:
  const Redactor& redactor_;
  std::string held_;
};

}  // namespace sandport
