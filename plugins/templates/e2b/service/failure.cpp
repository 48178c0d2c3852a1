#include "failure.hpp"

#include <charconv>

#include "build_log.hpp"

namespace e2b_template {
namespace {

struct Where {
  std::string step;  // "step 3 of 7: RUN make"
  Place place;
};

std::optional<std::size_t> step_number(const std::string& step) {
  std::size_t number = 0;
  const char* end = step.data() + step.size();
  const auto parsed = std::from_chars(step.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number == 0) return std::nullopt;
  return number;
}

Where locate(const FailureReason& reason, const std::optional<BuildRecord>& record) {
  if (reason.step == "base") {
    return {"the base image", record ? record->base_place : Place{}};
  }
  if (reason.step == "finalize") {
    return {"the start or the ready command", record ? record->start_place : Place{}};
  }
  const auto number = step_number(reason.step);
  if (!number) return {};
  std::string text = "step " + reason.step;
  if (!record) return {text, {}};
  text += " of " + std::to_string(record->steps.size());
  if (*number > record->steps.size()) return {text, {}};
  const StepRecord& step = record->steps[*number - 1];
  return {text + ": " + step.type + ' ' + step.text, step.place};
}

// The service has words of its own for these.
std::string advice(const std::string& message) {
  if (message.find("ancel") != std::string::npos) {
    return "; a newer build of the same template ends an older one";
  }
  return {};
}

}  // namespace

sandport::Error build_failure(const BuildIds& ids, const FailureReason& reason,
                              const std::optional<BuildRecord>& record,
                              const std::deque<std::string>& last_words) {
  const Where where = locate(reason, record);
  std::string text;
  if (where.place.line > 0) text += to_string(where.place) + ": ";
  text += "the build failed";
  if (!where.step.empty()) text += " at " + where.step;
  const std::string message = plain_text(reason.message);
  text += ": " + (message.empty() ? "the service gave no reason" : message) + advice(message);
  text += " (template " + ids.template_id + ", build " + ids.build_id + ')';
  for (const std::string& line : last_words) text += "\n  | " + line;
  return {SP_FAILED_PRECONDITION, text, "BUILD_FAILED"};
}

}  // namespace e2b_template
