#include "host/command/template_use.hpp"

#include <sandport/abi.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "host/command/foreground.hpp"
#include "host/command/run_options.hpp"
#include "host/command/template_access.hpp"
#include "host/command/template_progress.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFileOption = "template_file";
constexpr const char* kNameOption = "template";

// The builder of the manifest's backend, and what is needed to await it.
class ManifestBuilder {
 public:
  ManifestBuilder(Runtime& runtime, Interrupts& interrupts, const manifest::PluginUse& backend)
      : interrupts_(interrupts), strand_(runtime.engine().make_strand()) {
    const std::string name = backend.uses + "-template-builder";
    const FoundPlugin plugin = runtime.plugins().find(SP_KIND_TEMPLATE_BUILDER, name);
    builder_ =
        runtime.make_template_builder(plugin, builder_options(runtime, plugin, name, backend));
  }

  // The template's name; nothing is sent.
  std::string plan(const std::string& source) {
    const Json plan = Json::parse(wait(builder_->plan(source)), nullptr, false);
    return plan.is_object() ? plan.value("name", "") : std::string();
  }
  bool exists(const std::string& name) {
    const Json answer = Json::parse(wait(builder_->exists(name)), nullptr, false);
    return answer.is_object() && answer.value("exists", false);
  }
  void build(const std::string& source) {
    TemplateProgress progress(OutputFormat::kText);
    wait(builder_->build(source, progress.listener()));
  }

 private:
  template <typename T>
  T wait(Task<T> work) {
    return run_in_foreground(strand_, interrupts_, std::move(work));
  }

  Interrupts& interrupts_;
  Strand strand_;
  std::unique_ptr<TemplateBuilder> builder_;
};

}  // namespace

void use_template_file(Runtime& runtime, Interrupts& interrupts, PreparedManifest& prepared) {
  manifest::PluginUse& backend = prepared.manifest.sandbox.plugin;
  Json options = Json::parse(backend.options);
  const std::string file = options.is_object() ? options.value(kFileOption, "") : std::string();
  if (file.empty()) return;
  if (!options.value(kNameOption, "").empty()) {
    throw Error(Code::kInvalidArgument,
                "sandbox.with: template and template_file exclude each other; remove one");
  }
  options.erase(kFileOption);
  // A sandbox that exists has its template already.
  if (options.value("sandbox_id", "").empty()) {
    ManifestBuilder builder(runtime, interrupts, backend);
    TemplateSource given;
    given.file = file;
    const std::string source = source_json(runtime, given);
    const std::string name = builder.plan(source);
    if (!builder.exists(name)) {
      tell("the template " + name + " does not exist yet; building it from " + file);
      builder.build(source);
    }
    options[kNameOption] = name;
  }
  backend.options = options.dump();
}

}  // namespace sandport
