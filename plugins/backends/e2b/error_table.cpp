#include "error_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sandport/utf8.hpp>

namespace sandport_e2b {
namespace {

using Json = nlohmann::json;
using sandport::Error;
using sandport::Retry;

struct StatusRow {
  int status;  // 0: every other one
  sp_code code;
  std::string_view reason;
  Retry retry;  // kYes: the service acted on nothing
  std::string_view text;
  std::string_view advice;
};

constexpr std::string_view kKeyAdvice = "check E2B_API_KEY or sandbox.with.api_key";
constexpr std::string_view kLimitAdvice =
    "end sandboxes that are not needed (sandport sandbox list), or wait";

constexpr std::array kControlRows{
    StatusRow{400, SP_INVALID_ARGUMENT, "BAD_REQUEST", Retry::kNo, "request refused", ""},
    StatusRow{401, SP_UNAUTHENTICATED, "API_KEY_REFUSED", Retry::kNo, "API key refused",
              kKeyAdvice},
    StatusRow{403, SP_PERMISSION_DENIED, "FORBIDDEN", Retry::kNo, "not allowed", ""},
    StatusRow{404, SP_NOT_FOUND, "NOT_FOUND", Retry::kNo, "not found", ""},
    StatusRow{405, SP_UNIMPLEMENTED, "NO_SUCH_ROUTE", Retry::kNo, "no such call", ""},
    StatusRow{408, SP_UNAVAILABLE, "TIMEOUT", Retry::kYes, "request came too slowly", ""},
    StatusRow{409, SP_ABORTED, "SANDBOX_CHANGING", Retry::kYes, "sandbox is changing its state",
              ""},
    StatusRow{410, SP_UNIMPLEMENTED, "NO_SUCH_ROUTE", Retry::kNo, "no such call", ""},
    StatusRow{429, SP_RESOURCE_EXHAUSTED, "LIMIT_REACHED", Retry::kYes, "limit reached",
              kLimitAdvice},
    StatusRow{500, SP_INTERRUPTED, "SERVER_ERROR", Retry::kNo, "server error", ""},
    StatusRow{501, SP_UNIMPLEMENTED, "NO_SUCH_ROUTE", Retry::kNo, "no such call", ""},
    StatusRow{502, SP_INTERRUPTED, "BAD_GATEWAY", Retry::kNo, "gateway lost the request", ""},
    StatusRow{503, SP_UNAVAILABLE, "BUSY", Retry::kYes, "service is busy", ""},
    StatusRow{504, SP_INTERRUPTED, "GATEWAY_TIMEOUT", Retry::kNo, "gateway lost the request", ""},
    StatusRow{0, SP_UNKNOWN, "UNEXPECTED_STATUS", Retry::kNo, "unexpected answer", ""}};

// 502 is looked at before: it has two meanings.
constexpr std::array kEnvdRows{
    StatusRow{400, SP_INVALID_ARGUMENT, "BAD_REQUEST", Retry::kNo, "request refused", ""},
    StatusRow{401, SP_UNAUTHENTICATED, "TOKEN_REFUSED", Retry::kNo, "access to the sandbox refused",
              "connect to it again; check sandbox.with.user"},
    StatusRow{403, SP_PERMISSION_DENIED, "FORBIDDEN", Retry::kNo,
              "the sandbox's address does not let us in", ""},
    StatusRow{409, SP_ABORTED, "SANDBOX_CHANGING", Retry::kYes, "sandbox is changing its state",
              ""},
    StatusRow{413, SP_RESOURCE_EXHAUSTED, "TOO_LARGE", Retry::kNo, "request too large", ""},
    StatusRow{429, SP_RESOURCE_EXHAUSTED, "LIMIT_REACHED", Retry::kYes, "too many connections", ""},
    StatusRow{499, SP_INTERRUPTED, "CANCELED", Retry::kNo, "the request was broken off", ""},
    StatusRow{500, SP_INTERNAL, "SERVER_ERROR", Retry::kNo, "error in the sandbox", ""},
    StatusRow{501, SP_UNIMPLEMENTED, "NO_SUCH_ROUTE", Retry::kNo, "its envd cannot do this", ""},
    StatusRow{502, SP_INTERRUPTED, "BAD_GATEWAY", Retry::kNo, "the sandbox is out of reach", ""},
    StatusRow{503, SP_UNAVAILABLE, "BUSY", Retry::kYes, "the sandbox is busy", ""},
    StatusRow{504, SP_INTERRUPTED, "GATEWAY_TIMEOUT", Retry::kNo, "the sandbox did not answer", ""},
    StatusRow{507, SP_RESOURCE_EXHAUSTED, "ENOSPC", Retry::kNo, "the sandbox's disk is full",
              "remove files in it"},
    StatusRow{0, SP_UNKNOWN, "UNEXPECTED_STATUS", Retry::kNo, "unexpected answer", ""}};

constexpr StatusRow kFileMissing{404, SP_NOT_FOUND, "ENOENT", Retry::kNo, "no such file", ""};
constexpr StatusRow kRouteMissing{404,        SP_UNIMPLEMENTED, reason::kRoute,
                                  Retry::kNo, "no such call",   "its envd may be too old"};
constexpr StatusRow kGone{502,        SP_NOT_FOUND,          reason::kGone,
                          Retry::kNo, "sandbox not running", "it ended, or it is paused"};
constexpr StatusRow kPortClosed{
    502, SP_UNAVAILABLE, reason::kPortClosed, Retry::kYes, "nothing listens on the sandbox's port",
    ""};

struct ConnectRow {
  std::string_view name;
  sp_code code;
  Retry retry;
};

constexpr std::array kConnectRows{
    ConnectRow{"canceled", SP_INTERRUPTED, Retry::kNo},
    ConnectRow{"unknown", SP_UNKNOWN, Retry::kNo},
    ConnectRow{"invalid_argument", SP_INVALID_ARGUMENT, Retry::kNo},
    ConnectRow{"deadline_exceeded", SP_DEADLINE_EXCEEDED, Retry::kNo},
    ConnectRow{"not_found", SP_NOT_FOUND, Retry::kNo},
    ConnectRow{"already_exists", SP_ALREADY_EXISTS, Retry::kNo},
    ConnectRow{"permission_denied", SP_PERMISSION_DENIED, Retry::kNo},
    ConnectRow{"resource_exhausted", SP_RESOURCE_EXHAUSTED, Retry::kYes},
    ConnectRow{"failed_precondition", SP_FAILED_PRECONDITION, Retry::kNo},
    ConnectRow{"aborted", SP_ABORTED, Retry::kYes},
    ConnectRow{"out_of_range", SP_OUT_OF_RANGE, Retry::kNo},
    ConnectRow{"unimplemented", SP_UNIMPLEMENTED, Retry::kNo},
    ConnectRow{"internal", SP_INTERNAL, Retry::kNo},
    ConnectRow{"unavailable", SP_UNAVAILABLE, Retry::kYes},
    ConnectRow{"data_loss", SP_DATA_LOSS, Retry::kNo},
    ConnectRow{"unauthenticated", SP_UNAUTHENTICATED, Retry::kNo}};

struct WordsRow {
  std::string_view words;  // in lower case
  sp_code code;
  std::string_view name;
};

// The more particular ones first.
constexpr std::array kWordRows{
    WordsRow{"no such file", SP_NOT_FOUND, "ENOENT"},
    WordsRow{"file not found", SP_NOT_FOUND, "ENOENT"},
    WordsRow{"does not exist", SP_NOT_FOUND, "ENOENT"},
    WordsRow{"directory nonexistent", SP_NOT_FOUND, "ENOENT"},
    WordsRow{"directory not empty", SP_FAILED_PRECONDITION, "ENOTEMPTY"},
    WordsRow{"not a directory", SP_FAILED_PRECONDITION, "ENOTDIR"},
    WordsRow{"is a directory", SP_FAILED_PRECONDITION, "EISDIR"},
    WordsRow{"is not a regular file", SP_FAILED_PRECONDITION, "EISDIR"},
    WordsRow{"already exists", SP_ALREADY_EXISTS, "EEXIST"},
    WordsRow{"file exists", SP_ALREADY_EXISTS, "EEXIST"},
    WordsRow{"permission denied", SP_PERMISSION_DENIED, "EACCES"},
    WordsRow{"operation not permitted", SP_PERMISSION_DENIED, "EPERM"},
    WordsRow{"read-only file system", SP_PERMISSION_DENIED, "EROFS"},
    WordsRow{"no space left", SP_RESOURCE_EXHAUSTED, "ENOSPC"},
    WordsRow{"not enough disk space", SP_RESOURCE_EXHAUSTED, "ENOSPC"},
    WordsRow{"disk quota", SP_RESOURCE_EXHAUSTED, "EDQUOT"},
    WordsRow{"file name too long", SP_INVALID_ARGUMENT, "ENAMETOOLONG"},
    WordsRow{"too many levels of symbolic", SP_FAILED_PRECONDITION, "ELOOP"},
    WordsRow{"cross-device", SP_FAILED_PRECONDITION, "EXDEV"}};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter | 0x20);
  }
  return result;
}

std::string clean(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < 4) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), "***");
    }
  }
  constexpr std::size_t kMost = 300;
  for (char& letter : text) {
    if (static_cast<unsigned char>(letter) < ' ' || letter == 0x7f) letter = ' ';
  }
  if (text.size() <= kMost) return text;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  return text.substr(0, end) + "…";
}

struct Said {
  std::string message;
  bool names_port = false;
};

// What the server's body says, whatever its form.
Said read_body(const std::string& body) {
  Said said;
  const Json json = Json::parse(body, nullptr, false);
  if (json.is_object()) {
    said.names_port = json.contains("port");
    for (const char* key : {"message", "error"}) {
      const auto found = json.find(key);
      if (found != json.end() && found->is_string()) {
        said.message = found->get<std::string>();
        return said;
      }
    }
    return said;
  }
  const auto start = body.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) return said;
  if (body[start] == '<') {
    said.message = "an HTML page in place of an answer";
  } else if (sandport::is_utf8(body)) {
    said.message = body.substr(start);
  } else {
    said.message = "bytes that are no text";
  }
  return said;
}

template <std::size_t Count>
const StatusRow& find_row(const std::array<StatusRow, Count>& rows, int status) {
  return *std::find_if(rows.begin(), rows.end(), [status](const StatusRow& row) {
    return row.status == status || row.status == 0;
  });
}

const StatusRow& row_of(const Refusal& refusal, const Said& said) {
  if (refusal.plane == Plane::kControl) return find_row(kControlRows, refusal.status);
  if (refusal.status == 404) {
    return refusal.plane == Plane::kFiles ? kFileMissing : kRouteMissing;
  }
  if (refusal.status == 502 && said.names_port) return kPortClosed;
  if (refusal.status == 502 && lower(said.message).find("not found") != std::string::npos) {
    return kGone;
  }
  return find_row(kEnvdRows, refusal.status);
}

}  // namespace

Error to_error(const Refusal& refusal, const std::vector<std::string>& secrets) {
  const Said said = read_body(refusal.body);
  const StatusRow& row = row_of(refusal, said);
  std::string message =
      "E2B: " + std::string(row.text) + " (" + std::to_string(refusal.status) + ")";
  if (!said.message.empty()) message += ": " + clean(said.message, secrets);
  if (!refusal.doing.empty()) message += "; while " + refusal.doing;
  if (!row.advice.empty()) message += "; " + std::string(row.advice);
  const auto wish = std::max(refusal.retry_after, std::chrono::milliseconds(0));
  return {row.code, message, std::string(row.reason), row.retry, wish};
}

Error connect_error(std::string_view code, std::string_view text, std::string_view doing,
                    const std::vector<std::string>& secrets) {
  const auto row = std::find_if(kConnectRows.begin(), kConnectRows.end(),
                                [code](const ConnectRow& entry) { return entry.name == code; });
  const bool known = row != kConnectRows.end();
  std::string message = "E2B: ";
  message += text.empty() ? std::string(code) : clean(std::string(text), secrets);
  if (!doing.empty()) message += "; while " + std::string(doing);
  return {known ? row->code : SP_UNKNOWN, message, known ? std::string(code) : "unknown",
          known ? row->retry : Retry::kNo};
}

Error as_file_error(const Error& error, std::string_view path) {
  const std::string words = lower(error.what());
  sp_code code = error.code();
  std::string name = error.reason();
  const bool about_file = code == SP_NOT_FOUND || code == SP_INVALID_ARGUMENT ||
                          code == SP_ALREADY_EXISTS || code == SP_PERMISSION_DENIED ||
                          code == SP_INTERNAL || code == SP_UNKNOWN ||
                          code == SP_FAILED_PRECONDITION || code == SP_RESOURCE_EXHAUSTED;
  if (!about_file || name == reason::kGone || name == reason::kPaused) return error;
  const auto row = std::find_if(kWordRows.begin(), kWordRows.end(), [&](const WordsRow& entry) {
    return words.find(entry.words) != std::string::npos;
  });
  if (row != kWordRows.end()) {
    code = row->code;
    name = row->name;
  } else if (code == SP_NOT_FOUND) {
    name = "ENOENT";
  } else if (code == SP_ALREADY_EXISTS) {
    name = "EEXIST";
  } else if (code == SP_PERMISSION_DENIED) {
    name = "EACCES";
  } else {
    return error;
  }
  std::string message = error.what();
  if (!path.empty() && message.find(path) == std::string::npos) {
    std::string shown(path);
    for (char& letter : shown) {
      if (static_cast<unsigned char>(letter) < ' ') letter = '?';
    }
    message += "; path '" + shown + "'";
  }
  return {code, message, name, error.retryable() ? Retry::kYes : Retry::kNo, error.retry_after()};
}

std::chrono::milliseconds parse_retry_after(std::string_view header) {
  std::int64_t seconds = -1;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
  // Longer than a timer can wait: as good as no answer.
  constexpr std::int64_t kMost = 2147483;
  if (error != std::errc() || end != header.data() + header.size() || seconds < 0 ||
      seconds > kMost) {
    return std::chrono::milliseconds(-1);
  }
  return std::chrono::seconds(seconds);
}

bool may_retry(const Error& error, Repeat repeat) noexcept {
  if (error.code() == SP_CANCELLED) return false;
  if (error.retryable()) return true;
  const bool transient = error.code() == SP_INTERRUPTED || error.code() == SP_DEADLINE_EXCEEDED ||
                         error.code() == SP_UNAVAILABLE;
  return transient && repeat == Repeat::kSafe;
}

}  // namespace sandport_e2b
