#include "lower.hpp"

#include "stage.hpp"

namespace e2b_template {
namespace {

// ARG in front of FROM: for FROM alone, and for an ARG of the same name after it.
void read_global(const Instruction& arg, char escape, Variables& globals,
                 Diagnostics& diagnostics) {
  for (const std::string& word : split_words(arg.text, escape)) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) continue;
    const Expansion value =
        expand(std::string_view(word).substr(equals + 1), escape, globals, Unknown::kEmpty);
    if (!value.problem.empty()) diagnostics.error(arg.place, "ARG: " + value.problem);
    globals[word.substr(0, equals)] = value.text;
  }
}

void lower_from(const Instruction& from, char escape, const Variables& globals, Recipe& recipe,
                Diagnostics& diagnostics) {
  recipe.set_place(from.place);
  for (const auto& [name, value] : from.flags) {
    if (name != "platform") {
      diagnostics.error(from.place, "FROM: no flag --" + name);
    } else if (!value.starts_with("linux/amd64") && !value.starts_with('$')) {
      diagnostics.error(from.place, "FROM: templates are built for linux/amd64, not " + value);
    }
  }
  const auto words = split_words(from.text, escape);
  if (words.size() != 1 && words.size() != 3) {
    diagnostics.error(from.place, "FROM: expected an image, or `image AS name`");
    return;
  }
  const Expansion image = expand(words.front(), escape, globals, Unknown::kRefuse);
  if (!image.problem.empty()) {
    diagnostics.error(from.place, "FROM: " + image.problem);
  } else if (image.text.empty()) {
    diagnostics.error(from.place, "FROM: \"" + words.front() + "\" is empty");
  } else if (image.text == "scratch") {
    diagnostics.error(from.place, "FROM scratch: a sandbox needs a Linux system to start from");
  } else {
    recipe.from_image(image.text);
  }
}

}  // namespace

void lower_dockerfile(const DockerfileText& source, Recipe& recipe, Diagnostics& diagnostics) {
  const Dockerfile dockerfile = lex_dockerfile(source, diagnostics);
  std::optional<Stage> stage;
  Variables globals;
  Place last{source.file, source.first_line, 0};
  for (const Instruction& instruction : dockerfile.instructions) {
    last = instruction.place;
    if (instruction.keyword == "FROM") {
      if (stage) {
        diagnostics.error(instruction.place,
                          "a second FROM: builds of several stages cannot be a template; build "
                          "the image with docker and name it in `image`");
        return;
      }
      lower_from(instruction, dockerfile.escape, globals, recipe, diagnostics);
      stage.emplace(dockerfile.escape, globals, recipe, diagnostics);
      recipe.set_user("root");
      recipe.set_work_dir("/");
    } else if (stage) {
      stage->lower(instruction);
    } else if (instruction.keyword == "ARG") {
      read_global(instruction, dockerfile.escape, globals, diagnostics);
    } else {
      diagnostics.error(instruction.place, instruction.keyword + " in front of FROM");
    }
  }
  if (!stage) {
    diagnostics.error({source.file, source.first_line, 0}, "a Dockerfile needs a FROM");
    return;
  }
  stage->finish(last);
}

void lower_dockerfile(const std::string& file, const std::string& text, Recipe& recipe,
                      Diagnostics& diagnostics) {
  const DockerfileText source{file, text, 1, 0};
  lower_dockerfile(source, recipe, diagnostics);
}

}  // namespace e2b_template
