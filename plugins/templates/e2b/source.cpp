#include "source.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sandport/error.hpp>

#include "dockerfile/lower.hpp"
#include "model/recipe.hpp"
#include "model/template_name.hpp"
#include "yaml/template_file.hpp"

namespace e2b_template {
namespace {

void add_tags(const Source& source, Template& made) {
  for (const std::string& tag : source.tags) {
    if (const auto problem = tag_problem(tag)) {
      throw sandport::Error(SP_INVALID_ARGUMENT, *problem, "TAG_INVALID");
    }
    if (std::find(made.tags.begin(), made.tags.end(), tag) == made.tags.end()) {
      made.tags.push_back(tag);
    }
  }
}

// A name given beside the file wins; without any, nothing can be built.
void settle_name(const Source& source, Template& made) {
  if (!source.name.empty()) made.name = source.name;
  if (made.name.empty()) {
    throw sandport::Error(
        SP_INVALID_ARGUMENT,
        source.file + ": the template has no name; write `name: my-template` or give --name",
        "NAME_MISSING");
  }
  if (source.name.empty()) return;  // the file's own was checked where it stands
  if (const auto problem = name_problem(made.name)) {
    throw sandport::Error(SP_INVALID_ARGUMENT, *problem, "NAME_INVALID");
  }
}

}  // namespace

Source parse_source(std::string_view json) {
  try {
    const auto given = nlohmann::json::parse(json);
    Source source;
    source.file = given.at("file").get<std::string>();
    source.text = given.at("text").get<std::string>();
    const auto format = given.value("format", "yaml");
    if (format != "yaml" && format != "dockerfile") {
      throw sandport::Error(SP_INVALID_ARGUMENT, "format: yaml or dockerfile, not " + format);
    }
    source.format = format == "yaml" ? Format::kYaml : Format::kDockerfile;
    source.context = given.value("context", "");
    source.name = given.value("name", "");
    source.tags = given.value("tags", std::vector<std::string>{});
    source.skip_cache = given.value("skip_cache", false);
    source.wait = given.value("wait", true);
    source.secrets = given.value("secrets", std::map<std::string, std::string>{});
    return source;
  } catch (const nlohmann::json::exception& error) {
    throw sandport::Error(SP_INVALID_ARGUMENT,
                          std::string("the source is not as the ABI says: ") + error.what());
  }
}

Template read_template(const Source& source, Diagnostics& diagnostics) {
  namespace fs = std::filesystem;
  Template made;
  if (source.format == Format::kYaml) {
    made = read_template_file(source, diagnostics);
  } else {
    Recipe recipe{made};
    lower_dockerfile(source.file, source.text, recipe, diagnostics);
  }
  diagnostics.throw_if_failed();
  settle_name(source, made);
  add_tags(source, made);
  // In the file it is relative to the file, beside it to where we are.
  const fs::path folder = fs::absolute(source.file).parent_path();
  const fs::path context =
      source.context.empty() ? folder / made.context : fs::absolute(source.context);
  made.context = context.lexically_normal().string();
  if (made.context.size() > 1 && made.context.ends_with('/')) made.context.pop_back();
  if (source.skip_cache) made.force = true;
  return made;
}

}  // namespace e2b_template
