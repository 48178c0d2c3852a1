// What a build tells: passed on to the host, and the end of it kept for explanations.
#pragma once

#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <sandport/template_builder.hpp>
#include <string>
#include <string_view>

namespace e2b_template {

// The build that a message belongs to, as the service names it.
struct BuildIds {
  std::string template_id;
  std::string build_id;
};

class BuildLog {
 public:
  static constexpr std::size_t kKept = 20;

  explicit BuildLog(sandport::BuildSink& sink) : sink_(sink) {}

  void set_ids(BuildIds ids) { ids_ = std::move(ids); }
  // A log entry of the service, without its colours.
  [[nodiscard]] sandport::Task<void> entry(nlohmann::json entry);
  // A line of our own.
  [[nodiscard]] sandport::Task<void> say(std::string line);

  // The last entries of the step, or of all when it has none: newest last.
  [[nodiscard]] std::deque<std::string> last_of(std::string_view step) const;

 private:
  struct Kept {
    std::string step;
    std::string message;
  };
  sandport::BuildSink& sink_;
  BuildIds ids_;
  std::deque<Kept> kept_;
};

// Without escape sequences and other control characters; line ends at the end are cut.
[[nodiscard]] std::string plain_text(std::string_view text);

}  // namespace e2b_template
