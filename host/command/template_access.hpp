// What the template commands share: the builder that the command line names, and its sources.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "host/assembly/runtime.hpp"
#include "host/command/command.hpp"
#include "host/command/foreground.hpp"

namespace sandport {

inline constexpr const char* kDefaultTemplateBuilder = "e2b-template-builder";

// --builder and --with.
struct BuilderArguments {
  std::string builder = kDefaultTemplateBuilder;
  std::vector<std::string> with;  // name=value
};

void add_builder_arguments(CLI::App& command, BuilderArguments& arguments);

// A template file or a Dockerfile, and what the command line says about it.
struct TemplateSource {
  std::string file;
  std::string name;
  std::string context;
  std::vector<std::string> tags;
  bool is_dockerfile = false;  // also told by the file's name
  bool skip_cache = false;
  bool wait = true;
};

void add_source_arguments(CLI::App& command, TemplateSource& source);

// The options of a builder: those of `with`, else those that its schema's `x-environment` finds in
// the environment. Secrets stay references. Throws ManifestProblems.
[[nodiscard]] manifest::PluginUse builder_options(Runtime& runtime, const FoundPlugin& plugin,
                                                  const BuilderArguments& arguments);

// The same for the builder `name` beside a manifest's backend: it gets the options that both have.
[[nodiscard]] manifest::PluginUse builder_options(Runtime& runtime, const FoundPlugin& plugin,
                                                  const std::string& name,
                                                  const manifest::PluginUse& backend);

// The source as abi/template_builder.h has it, with the values of the secrets that its text names.
// Throws Error kNotFound, kInvalidArgument when the file cannot be read.
[[nodiscard]] std::string source_json(Runtime& runtime, const TemplateSource& source);

// What is wrong with a source has lines of its own, `file:line:column: message`: throws those as
// ManifestProblems. Returns for every other error.
void throw_if_problems(const Error& error);

// A builder and what is needed to await it.
class BuilderAccess {
 public:
  explicit BuilderAccess(const BuilderArguments& arguments);
  [[nodiscard]] Runtime& runtime() { return runtime_; }
  [[nodiscard]] TemplateBuilder& builder() { return *builder_; }

  // Throws Error kCancelled when it was interrupted.
  template <typename T>
  T wait(Task<T> work) {
    return run_in_foreground(strand_, interrupts_, std::move(work));
  }

 private:
  Runtime runtime_;
  Interrupts interrupts_;
  std::unique_ptr<TemplateBuilder> builder_;
  Strand strand_;
};

}  // namespace sandport
