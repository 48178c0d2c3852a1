#include "host/manifest/set_value.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "host/manifest/merge.hpp"
#include "host/manifest/parse_stop.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

using Step = std::variant<std::string, std::size_t>;

struct Setting {
  Location location;
  std::vector<Step> path;
  std::string shown_path;
  Node value;
};

[[noreturn]] void stop(const Location& start, std::size_t offset, const std::string& message) {
  throw ParseStop({start.source, 1, static_cast<std::uint32_t>(offset + 1)}, message);
}

std::size_t read_index(std::string_view text, std::size_t& i, const Location& start) {
  std::size_t index = 0;
  const char* begin = text.data() + i + 1;
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), index);
  if (error != std::errc{} || end == text.data() + text.size() || *end != ']') {
    stop(start, i, "expected a list place such as [0]");
  }
  i = static_cast<std::size_t>(end - text.data()) + 1;
  return index;
}

std::string read_key(std::string_view text, std::size_t& i, const Location& start) {
  const std::size_t begin = i;
  std::string key;
  if (i < text.size() && text[i] == '"') {
    const std::size_t end = text.find('"', i + 1);
    if (end == std::string_view::npos)
      stop(start, begin, "the quote that opens here is never closed");
    key = text.substr(i + 1, end - i - 1);
    i = end + 1;
  } else {
    while (i < text.size() && text[i] != '.' && text[i] != '[' && text[i] != '=') ++i;
    key = text.substr(begin, i - begin);
  }
  if (key.empty()) stop(start, begin, "expected path=value, for example --set agent.max_steps=5");
  return key;
}

// Reads the path and leaves `i` behind the `=`.
std::vector<Step> read_path(std::string_view text, std::size_t& i, const Location& start) {
  std::vector<Step> path;
  for (;;) {
    path.emplace_back(read_key(text, i, start));
    while (i < text.size() && text[i] == '[') path.emplace_back(read_index(text, i, start));
    if (path.size() > kMaxDepth) stop(start, 0, "the path is too long");
    if (i < text.size() && text[i] == '=') break;
    if (i >= text.size() || text[i] != '.') {
      stop(start, std::min(i, text.size()),
           "expected path=value, for example --set agent.max_steps=5");
    }
    ++i;
  }
  ++i;
  return path;
}

std::string to_text(std::span<const Step> path) {
  std::string shown;
  for (const Step& step : path) {
    shown = std::visit([&](const auto& part) { return child_path(shown, part); }, step);
  }
  return shown;
}

void place_at(Node& node, const Location& location) {
  node.location = location;
  for (Node& item : node.items) place_at(item, location);
  for (Entry& entry : node.entries) {
    entry.key_location = location;
    place_at(entry.value, location);
  }
}

std::optional<Node> read_value(const Sources& sources, Location location, std::size_t offset,
                               Budget& budget, Diagnostics& diagnostics) {
  const std::string text(sources.text(location.source).substr(offset));
  Node value;
  if (!text.empty() && std::string_view("[{\"'").find(text[0]) != std::string_view::npos) {
    // Parsed on its own, with its problems reported at the place of the value in the argument.
    auto own = std::make_shared<Sources>();
    own->set_text(own->add({}, {}), text + "\n");
    Diagnostics found(own);
    std::optional<Node> parsed = parse_yaml_value(*own, 0, budget, found);
    const std::vector<Diagnostic> problems = found.take();
    for (const Diagnostic& problem : problems) diagnostics.add(location, {}, problem.message);
    if (!parsed || !problems.empty()) return std::nullopt;
    value = std::move(*parsed);
  } else {
    value.text = text;
    resolve_type(value);
  }
  place_at(value, location);
  return value;
}

std::optional<Setting> read_setting(Sources& sources, const std::string& argument, Budget& budget,
                                    Diagnostics& diagnostics) {
  Setting setting;
  // A path on the command line is relative to where the command is typed.
  std::error_code ignored;
  const std::uint32_t source = sources.add("--set", std::filesystem::current_path(ignored));
  setting.location = {source, 1, 1};
  if (find_invalid_utf8(argument) || argument.find('\0') != std::string::npos) {
    diagnostics.add({source, 0, 0}, {}, "the argument is not UTF-8 text");
    return std::nullopt;
  }
  sources.set_text(source, argument);
  try {
    std::size_t i = 0;
    setting.path = read_path(argument, i, setting.location);
    setting.shown_path = to_text(setting.path);
    setting.location.column =
        static_cast<std::uint32_t>(count_characters(std::string_view(argument).substr(0, i)) + 1);
    auto value = read_value(sources, setting.location, i, budget, diagnostics);
    if (!value) return std::nullopt;
    setting.value = std::move(*value);
  } catch (const ParseStop& problem) {
    diagnostics.add(problem.location, {}, problem.what());
    return std::nullopt;
  }
  return setting;
}

// One step down from `node`, made if it is missing. Throws ParseStop when there is no way down.
Node& descend(Node& node, const Step& step, const std::string& path, const Location& location) {
  const auto refuse = [&](std::string_view wanted) {
    throw ParseStop(
        location, fmt::format("cannot set this: {} is {}, not {}",
                              path.empty() ? "the manifest" : path, kind_name(node.kind), wanted));
  };
  if (const auto* index = std::get_if<std::size_t>(&step)) {
    if (node.kind != Node::Kind::kList) refuse("a list");
    if (*index > node.items.size()) {
      throw ParseStop(location, fmt::format("cannot set this: {} has {} items, counted from 0",
                                            path, node.items.size()));
    }
    if (*index == node.items.size()) node.items.emplace_back().location = location;
    return node.items[*index];
  }
  const auto& key = std::get<std::string>(step);
  if (node.kind == Node::Kind::kNull) {
    node.kind = Node::Kind::kMap;
    node.location = location;
  }
  if (node.kind != Node::Kind::kMap) refuse("a map");
  if (Node* existing = node.find(key)) return *existing;
  Node made;
  made.location = location;
  node.entries.push_back({key, location, std::move(made)});
  return node.entries.back().value;
}

void apply(Node& root, const Setting& setting) {
  Node* node = &root;
  for (std::size_t i = 0; i < setting.path.size(); ++i) {
    if (setting.path[i] == Step("uses")) change_plugin(*node, setting.value);
    node = &descend(*node, setting.path[i], to_text(std::span(setting.path).first(i)),
                    setting.location);
  }
  *node = setting.value;
}

}  // namespace

void apply_sets(Node& root, std::span<const std::string> sets, Sources& sources, Budget& budget,
                Diagnostics& diagnostics) {
  std::vector<Setting> settings;
  for (const std::string& argument : sets) {
    auto setting = read_setting(sources, argument, budget, diagnostics);
    if (setting) settings.push_back(std::move(*setting));
  }
  std::stable_partition(settings.begin(), settings.end(),
                        [](const Setting& setting) { return setting.path.back() == Step("uses"); });
  for (const Setting& setting : settings) {
    try {
      apply(root, setting);
    } catch (const ParseStop& problem) {
      diagnostics.add(problem.location, setting.shown_path, problem.what());
    }
  }
}

}  // namespace sandport::manifest
