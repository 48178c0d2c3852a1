// Shows a build to a person or a program while it runs, and remembers which build it is.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/command/command.hpp"
#include "host/plugin/template_builder.hpp"
#include "host/ui/terminal.hpp"

namespace sandport {

// Used by the coroutine that builds, then by the thread that waited for it.
class TemplateProgress {
 public:
  explicit TemplateProgress(OutputFormat format) : format_(format) {}

  // Lives as long as this.
  [[nodiscard]] BuildListener listener();

  // Empty as long as the service has made none.
  [[nodiscard]] const std::string& template_id() const { return template_id_; }
  [[nodiscard]] const std::string& build_id() const { return build_id_; }

 private:
  void on_log(std::string_view json);
  void on_progress(std::string_view line);
  void show(const nlohmann::ordered_json& entry);

  OutputFormat format_;
  Terminal terminal_ = Terminal::standard_error();
  std::string template_id_;
  std::string build_id_;
};

}  // namespace sandport
