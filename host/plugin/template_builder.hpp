// What makes the images that sandboxes start from, as the template commands see it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/task.hpp"

namespace sandport {

// What a build tells while it runs; either may be empty. Called on the awaiting coroutine's
// executor.
struct BuildListener {
  std::function<void(std::string_view)> on_log;       // JSON, see abi/template_builder.h
  std::function<void(std::string_view)> on_progress;  // one line for a person
};

// All text is JSON, as abi/template_builder.h has it.
class TemplateBuilder {
 public:
  virtual ~TemplateBuilder() = default;

  [[nodiscard]] virtual const std::string& name() const = 0;
  // Sends nothing that costs. Throws kInvalidArgument with lines `file:line:column: message`.
  [[nodiscard]] virtual Task<std::string> plan(std::string source) = 0;
  // Cancelling stops waiting; the build goes on.
  [[nodiscard]] virtual Task<std::string> build(std::string source, BuildListener listener) = 0;
  [[nodiscard]] virtual Task<std::string> follow(std::string build, BuildListener listener) = 0;
  [[nodiscard]] virtual Task<std::string> status(std::string build) = 0;
  [[nodiscard]] virtual Task<std::string> list() = 0;
  [[nodiscard]] virtual Task<std::string> exists(std::string name) = 0;
  [[nodiscard]] virtual Task<void> tag(std::string request) = 0;
  [[nodiscard]] virtual Task<void> remove(std::string name) = 0;
};

}  // namespace sandport
