#include "print.hpp"

#include <algorithm>
#include <sandport/json_text.hpp>

namespace e2b_template {
namespace {

// Words that YAML takes for themselves; everything else is quoted, as JSON is, which is YAML too.
std::string scalar(const std::string& text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./-").find(c) != std::string_view::npos;
  };
  const bool word = !text.empty() && std::all_of(text.begin(), text.end(), is_plain) &&
                    ((text.front() >= 'a' && text.front() <= 'z') || text.front() == '/');
  for (const char* special : {"true", "false", "null", "yes", "no", "on", "off"}) {
    if (text == special) return '"' + text + '"';
  }
  return word ? text : sandport::json_quote(text);
}

// Long text over several lines reads best as a block; it is kept whole only under these conditions.
std::string value(const std::string& text, const std::string& indent) {
  const bool block = text.find('\n') != std::string::npos && text.ends_with('\n') &&
                     !text.ends_with("\n\n") && text.front() != ' ' && text.front() != '\n' &&
                     text.find_first_of("\t\r\x1b") == std::string::npos;
  if (!block) return scalar(text);
  std::string lines = "|";
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = text.find('\n', start);
    lines += '\n';
    if (end > start) lines += indent + text.substr(start, end - start);
    start = end + 1;
  }
  return lines;
}

std::string list(const std::vector<std::string>& words) {
  std::string text = "[";
  for (const std::string& word : words) text += (text.size() > 1 ? ", " : "") + scalar(word);
  return text + ']';
}

std::string copy_text(const Step& step) {
  std::string text = "copy: {src: " + scalar(step.args[0]) + ", dest: " + scalar(step.args[1]);
  if (!step.args[2].empty()) text += ", user: " + scalar(step.args[2]);
  if (!step.args[3].empty()) text += ", mode: " + step.args[3];
  if (!step.copy->ignore.empty()) text += ", ignore: " + list(step.copy->ignore);
  if (step.copy->resolve_symlinks) text += ", resolve_symlinks: true";
  if (step.copy->force_upload) text += ", force_upload: true";
  return text + '}';
}

std::string env_text(const Step& step) {
  std::string text = "env: {";
  for (std::size_t i = 0; i + 1 < step.args.size(); i += 2) {
    text += (i > 0 ? ", " : "") + step.args[i] + ": " + sandport::json_quote(step.args[i + 1]);
  }
  return text + '}';
}

std::string step_text(const Step& step) {
  if (step.type == "COPY") return copy_text(step);
  if (step.type == "ENV") return env_text(step);
  if (step.type == "USER") return "user: " + scalar(step.args[0]);
  if (step.type == "WORKDIR") return "work_dir: " + scalar(step.args[0]);
  std::string text = "run: " + value(step.args[0], "      ");
  if (step.args.size() > 1) text += "\n    user: " + scalar(step.args[1]);
  return text;
}

}  // namespace

std::string print_template_file(const Template& made) {
  std::string text = "name: " + scalar(made.name) + '\n';
  if (!made.tags.empty()) text += "tags: " + list(made.tags) + '\n';
  text += "cpu_count: " + std::to_string(made.cpu_count) + '\n';
  text += "memory_mb: " + std::to_string(made.memory_mb) + '\n';
  if (made.min_free_disk_mb) {
    text += "min_free_disk_mb: " + std::to_string(*made.min_free_disk_mb) + '\n';
  }
  if (made.force) text += "skip_cache: true\n";
  text += made.from_template.empty() ? "image: " + scalar(made.image) + '\n'
                                     : "from_template: " + scalar(made.from_template) + '\n';
  if (!made.ignore.empty()) text += "ignore: " + list(made.ignore) + '\n';
  if (!made.steps.empty()) text += "\nsteps:\n";
  bool forced = made.force;
  for (const Step& step : made.steps) {
    const bool by_upload = step.copy && step.copy->force_upload;
    if (step.force && !forced && !by_upload) {
      text += "  - skip_cache\n";
      forced = true;
    }
    text += "  - " + step_text(step) + '\n';
  }
  if (!made.start_command.empty() || !made.ready_command.empty()) text += '\n';
  if (!made.start_command.empty()) text += "start_cmd: " + value(made.start_command, "  ") + '\n';
  if (!made.ready_command.empty()) text += "ready_cmd: " + value(made.ready_command, "  ") + '\n';
  return text;
}

}  // namespace e2b_template
