#include "source_pattern.hpp"

#include <filesystem>

namespace e2b_template {

std::string normal_source(std::string_view source) {
  std::string path = std::filesystem::path(source).lexically_normal().string();
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path.empty() ? "." : path;
}

std::optional<std::string> source_problem(std::string_view source) {
  const std::string shown = '"' + std::string(source) + '"';
  if (source.empty()) return "a source is empty";
  if (source.find('\0') != std::string_view::npos) return "a source holds a NUL character";
  if (source.starts_with('/')) {
    return "the source " + shown + " is absolute; write it relative to the context";
  }
  const std::string normal = normal_source(source);
  if (normal == ".." || normal.starts_with("../")) {
    return "the source " + shown + " leaves the context; what a template copies lies inside it";
  }
  return std::nullopt;
}

}  // namespace e2b_template
