#include "stream_error.hpp"

#include <sandport/error.hpp>

#include <nlohmann/json.hpp>

#include "error_text.hpp"
#include "http_error.hpp"
#include "json_access.hpp"

namespace openai {

void throw_stream_error(const nlohmann::json& error) {
  const ErrorText text = read_error(error);
  int status = 500;  // the server began to answer: unless it says otherwise, the trouble is its own
  if (const auto code = integer_member(error, "code"); code && *code >= 400 && *code < 600) {
    status = static_cast<int>(*code);
  } else if (text.type == "invalid_request_error") {
    status = 400;
  } else if (text.type.find("rate_limit") != std::string::npos ||
             text.reason.find("rate_limit") != std::string::npos) {
    status = 429;
  } else if (text.reason == "context_length_exceeded" || text.reason == "content_filter") {
    status = 400;
  }
  const StatusMeaning meaning = meaning_of(status, text.reason);
  throw sandport::Error(meaning.code,
                        "the model server ended its reply with an error: " + text.message,
                        text.reason.empty() ? "STREAM_ERROR" : text.reason,
                        meaning.retryable ? sandport::Retry::kYes : sandport::Retry::kNo);
}

}  // namespace openai
