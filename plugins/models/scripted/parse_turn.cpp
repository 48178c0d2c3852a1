#include "parse_turn.hpp"

#include <algorithm>
#include <array>
#include <boost/regex.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "fields.hpp"

namespace scripted {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<std::string_view, sp_code>, 17> kCodes{
    {{"cancelled", SP_CANCELLED},
     {"unknown", SP_UNKNOWN},
     {"invalid_argument", SP_INVALID_ARGUMENT},
     {"deadline_exceeded", SP_DEADLINE_EXCEEDED},
     {"not_found", SP_NOT_FOUND},
     {"already_exists", SP_ALREADY_EXISTS},
     {"permission_denied", SP_PERMISSION_DENIED},
     {"resource_exhausted", SP_RESOURCE_EXHAUSTED},
     {"failed_precondition", SP_FAILED_PRECONDITION},
     {"aborted", SP_ABORTED},
     {"out_of_range", SP_OUT_OF_RANGE},
     {"unimplemented", SP_UNIMPLEMENTED},
     {"internal", SP_INTERNAL},
     {"unavailable", SP_UNAVAILABLE},
     {"data_loss", SP_DATA_LOSS},
     {"unauthenticated", SP_UNAUTHENTICATED},
     {"interrupted", SP_INTERRUPTED}}};

Call parse_call(const Json& json, const std::string& place) {
  const Fields fields(json, place);
  fields.allow_only({"id", "name", "arguments"});
  Call call;
  call.id = fields.text("id").value_or("");
  call.name = fields.text("name").value_or("");
  if (call.name.empty()) fields.fail("name", "is missing; name the tool to call");
  const Json* arguments = fields.find("arguments");
  if (arguments == nullptr) {
    call.arguments = "{}";
  } else if (arguments->is_string()) {
    call.arguments = arguments->get<std::string>();
  } else {
    call.arguments = arguments->dump();
  }
  return call;
}

Expectation parse_expectation(const Json& json, const std::string& place) {
  const Fields fields(json, place);
  fields.allow_only({"tool", "index", "contains", "not_contains", "equals", "matches", "is_error"});
  Expectation expectation;
  expectation.tool = fields.text("tool").value_or("");
  expectation.index = fields.number("index");
  expectation.contains = fields.text("contains");
  expectation.not_contains = fields.text("not_contains");
  expectation.equals = fields.text("equals");
  expectation.matches = fields.text("matches");
  expectation.is_error = fields.boolean("is_error");
  if (expectation.matches) {
    try {
      const boost::regex check(*expectation.matches);
    } catch (const boost::regex_error& error) {
      fields.fail("matches", std::string("is no regular expression: ") + error.what());
    }
  }
  return expectation;
}

Fault parse_fault(const Json& json, const std::string& place) {
  const Fields fields(json, place);
  fields.allow_only(
      {"code", "message", "reason", "retryable", "retry_after", "after_bytes", "times"});
  Fault fault;
  const std::string name = fields.text("code").value_or("unavailable");
  const auto code = parse_code(name);
  if (!code) fields.fail("code", "\"" + name + "\" is unknown; use a gRPC name as unavailable");
  fault.code = *code;
  fault.message = fields.text("message").value_or("scripted fault (" + name + ")");
  fault.reason = fields.text("reason").value_or("");
  const bool usual = *code == SP_UNAVAILABLE || *code == SP_RESOURCE_EXHAUSTED ||
                     *code == SP_DEADLINE_EXCEEDED || *code == SP_INTERRUPTED;
  fault.retryable = fields.boolean("retryable").value_or(usual);
  fault.retry_after = fields.duration("retry_after").value_or(fault.retry_after);
  fault.after_bytes = fields.number("after_bytes").value_or(0);
  fault.times = fields.number("times").value_or(1);
  return fault;
}

template <typename Item, typename Parse>
std::vector<Item> parse_list(const Fields& fields, const char* key, const std::string& place,
                             Parse parse) {
  std::vector<Item> items;
  const Json* list = fields.find(key);
  if (list == nullptr) return items;
  if (!list->is_array()) fields.fail(key, "must be a list");
  for (std::size_t i = 0; i < list->size(); ++i) {
    items.push_back(parse((*list)[i], place + "." + key + "[" + std::to_string(i) + "]"));
  }
  return items;
}

}  // namespace

std::optional<sp_code> parse_code(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  for (const auto& [known, code] : kCodes) {
    if (known == name) return code;
  }
  return std::nullopt;
}

Turn parse_turn(const Json& json, const std::string& place) {
  const Fields fields(json, place);
  fields.allow_only(
      {"reasoning", "text", "tool_calls", "finish_reason", "usage", "expect", "delay", "fault"});
  Turn turn;
  turn.reasoning = fields.text("reasoning");
  turn.text = fields.text("text").value_or("");
  turn.calls = parse_list<Call>(fields, "tool_calls", place, parse_call);
  turn.finish_reason = fields.text("finish_reason").value_or("");
  turn.expectations = parse_list<Expectation>(fields, "expect", place, parse_expectation);
  turn.delay = fields.duration("delay").value_or(turn.delay);
  if (const Json* usage = fields.find("usage")) {
    if (!usage->is_object()) fields.fail("usage", "must be a mapping");
    turn.usage = usage->dump();
  }
  if (const Json* fault = fields.find("fault")) turn.fault = parse_fault(*fault, place + ".fault");
  return turn;
}

}  // namespace scripted
