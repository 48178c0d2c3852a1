#include "tests/emulators/e2b/envd/rpc.hpp"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/json_text.hpp"
#include "tests/emulators/e2b/envd/envelope.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

struct ConnectCode {
  Code code;
  std::string_view name;
  int status;
};

constexpr std::array<ConnectCode, 16> kConnectCodes{{
    {Code::kCancelled, "canceled", 499},
    {Code::kUnknown, "unknown", 500},
    {Code::kInvalidArgument, "invalid_argument", 400},
    {Code::kDeadlineExceeded, "deadline_exceeded", 504},
    {Code::kNotFound, "not_found", 404},
    {Code::kAlreadyExists, "already_exists", 409},
    {Code::kPermissionDenied, "permission_denied", 403},
    {Code::kResourceExhausted, "resource_exhausted", 429},
    {Code::kFailedPrecondition, "failed_precondition", 400},
    {Code::kAborted, "aborted", 409},
    {Code::kOutOfRange, "out_of_range", 400},
    {Code::kUnimplemented, "unimplemented", 501},
    {Code::kInternal, "internal", 500},
    {Code::kUnavailable, "unavailable", 503},
    {Code::kDataLoss, "data_loss", 500},
    {Code::kUnauthenticated, "unauthenticated", 401},
}};

const ConnectCode& look_up(Code code) {
  for (const ConnectCode& known : kConnectCodes) {
    if (known.code == code) return known;
  }
  return kConnectCodes[1];
}

ConnectFailure as_connect_failure(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const ConnectFailure& error) {
    return error;
  } catch (const Error& error) {
    return ConnectFailure(Code::kInternal, error.what());
  } catch (const json::exception& error) {
    // A name that is no UTF-8, which protobuf refuses to send.
    return ConnectFailure(Code::kInternal, std::string("marshal message: ") + error.what());
  }
}

json parse_message(std::string_view text) {
  if (text.empty()) {
    throw ConnectFailure(Code::kInvalidArgument, "zero-length payload is not a valid JSON object");
  }
  json message = json::parse(text, nullptr, false);
  if (!message.is_object()) {
    throw ConnectFailure(Code::kInvalidArgument, "unmarshal message: it is no JSON object");
  }
  return message;
}

void need_content_type(const Call& call, std::string_view wanted) {
  const std::string type = call.header("Content-Type");
  if (type.substr(0, type.find(';')) != wanted) throw HttpFailure(415, "unsupported media type");
}

Task<void> serve_unary(Call& call, const UnaryHandler& handler) {
  need_content_type(call, "application/json");
  const std::string body = co_await call.exchange.read_all();
  std::string answer;
  std::exception_ptr failure;
  try {
    const json request = parse_message(body);
    const json result = co_await handler(call, request);
    answer = result.dump();
  } catch (const HttpFailure&) {
    throw;
  } catch (const ConnectFailure&) {
    failure = std::current_exception();
  } catch (const Error&) {
    failure = std::current_exception();
  } catch (const json::exception&) {
    failure = std::current_exception();
  }
  int status = 200;
  if (failure) {
    const ConnectFailure told = as_connect_failure(failure);
    json error;
    error["code"] = connect_code_name(told.code());
    error["message"] = told.what();
    answer = json_text(error);
    status = connect_http_status(told.code());
  }
  co_await call.exchange.reply(status, std::move(answer), "Content-Type: application/json");
}

Task<json> read_one_message(Call& call) {
  EnvelopeReader reader;
  const std::string body = co_await call.exchange.read_all();
  reader.feed(body);
  const auto envelope = reader.next();
  if (!envelope)
    throw ConnectFailure(Code::kInvalidArgument, "protocol error: incomplete envelope");
  co_return parse_message(envelope->payload);
}

// Whatever goes wrong, the status is 200 and the end frame tells.
Task<void> serve_stream(Call& call, const StreamHandler& handler) {
  need_content_type(call, "application/connect+json");
  EventStream stream(call);
  std::exception_ptr failure;
  bool begun = false;
  try {
    const json request = co_await read_one_message(call);
    co_await stream.begin();
    begun = true;
    co_await handler(call, request, stream);
  } catch (const ConnectFailure&) {
    failure = std::current_exception();
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (!failure) co_return;
  if (!begun) co_await stream.begin();
  const ConnectFailure told = as_connect_failure(failure);
  co_await stream.end(&told);
}

}  // namespace

std::string_view connect_code_name(Code code) { return look_up(code).name; }
int connect_http_status(Code code) { return look_up(code).status; }

void add_unary(Routes& routes, std::string_view path, UnaryHandler handler) {
  routes.add("POST", path,
             [handler = std::move(handler)](Call& call) { return serve_unary(call, handler); });
}

void add_server_stream(Routes& routes, std::string_view path, StreamHandler handler) {
  routes.add("POST", path,
             [handler = std::move(handler)](Call& call) { return serve_stream(call, handler); });
}

namespace {

[[noreturn]] void refuse_member(const char* name) {
  throw ConnectFailure(Code::kInvalidArgument,
                       std::string("unmarshal message: invalid value for field ") + name);
}

}  // namespace

std::string string_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return {};
  if (!found->is_string()) refuse_member(name);
  return found->get<std::string>();
}

bool bool_member(const json& object, const char* name, bool missing) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return missing;
  if (!found->is_boolean()) refuse_member(name);
  return found->get<bool>();
}

std::uint32_t number_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return 0;
  if (found->is_number_unsigned()) return found->get<std::uint32_t>();
  if (!found->is_string()) refuse_member(name);
  const auto text = found->get<std::string>();
  std::uint32_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
  if (text.empty() || end != text.data() + text.size()) refuse_member(name);
  return number;
}

json object_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return json::object();
  if (!found->is_object()) refuse_member(name);
  return *found;
}

}  // namespace sandport::e2b_emulator
