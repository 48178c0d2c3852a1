#include "host/manifest/sources.hpp"

#include <utility>

namespace sandport::manifest {

std::uint32_t Sources::add(std::string name, std::filesystem::path directory) {
  sources_.push_back({std::move(name), std::move(directory), {}, {}});
  return static_cast<std::uint32_t>(sources_.size() - 1);
}

void Sources::set_text(std::uint32_t source, std::string text) {
  Source& target = sources_.at(source);
  target.text = std::move(text);
  target.line_starts.assign(1, 0);
  for (std::size_t i = target.text.find('\n'); i != std::string::npos;
       i = target.text.find('\n', i + 1)) {
    target.line_starts.push_back(i + 1);
  }
}

const std::string& Sources::name(std::uint32_t source) const { return sources_.at(source).name; }

const std::filesystem::path& Sources::directory(std::uint32_t source) const {
  return sources_.at(source).directory;
}

std::string_view Sources::text(std::uint32_t source) const { return sources_.at(source).text; }

std::size_t Sources::line_start(std::uint32_t source, std::uint32_t number) const {
  const Source& from = sources_.at(source);
  if (number == 0 || number > from.line_starts.size()) return from.text.size();
  return from.line_starts[number - 1];
}

std::string_view Sources::line(std::uint32_t source, std::uint32_t number) const {
  const std::string_view rest = text(source).substr(line_start(source, number));
  std::string_view found = rest.substr(0, rest.find('\n'));
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

}  // namespace sandport::manifest
