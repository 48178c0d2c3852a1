#include "connect/stream.hpp"

#include <nlohmann/json.hpp>

#include "json_access.hpp"

namespace sandport_e2b {
namespace {

using sandport::Error;

Error stream_lost(const std::string& why, const std::string& doing) {
  return {SP_INTERRUPTED, "E2B: the stream from the sandbox was lost: " + why + "; while " + doing,
          std::string(reason::kStreamLost)};
}

}  // namespace

ConnectStream::ConnectStream(sandport::HttpResponse response, std::string doing, Secrets secrets)
    : response_(std::move(response)), doing_(std::move(doing)), secrets_(std::move(secrets)) {}

sandport::Task<std::optional<std::string>> ConnectStream::read_piece() {
  std::optional<Error> failure;
  try {
    auto piece = co_await response_.read();
    co_return piece;
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    failure.emplace(error);
  }
  throw stream_lost(failure->what(), doing_);
}

sandport::Task<std::optional<std::string>> ConnectStream::next() {
  for (;;) {
    auto frame = parser_.next();
    if (frame && !frame->end) co_return std::move(frame->payload);
    if (frame) {
      const auto json = nlohmann::json::parse(frame->payload, nullptr, false);
      if (const auto* error = member(json, "error"); error != nullptr) {
        const auto code = text_of(*error, "code");
        throw connect_error(code.empty() ? "unknown" : code, text_of(*error, "message"), doing_,
                            secrets_);
      }
      co_return std::nullopt;
    }
    const auto piece = co_await read_piece();
    if (!piece) {
      throw stream_lost(
          parser_.inside_frame() ? "it broke off within a message" : "it broke off without its end",
          doing_);
    }
    parser_.feed(*piece);
  }
}

bool is_stream_lost(const Error& error) {
  return error.reason() == reason::kStreamLost || error.code() == SP_UNAVAILABLE ||
         error.code() == SP_INTERRUPTED;
}

}  // namespace sandport_e2b
