#include "node.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sandport/utf8.hpp>

namespace e2b_template {
namespace {

constexpr std::size_t kMostNodes = 100'000;
constexpr std::size_t kMostTextBytes = std::size_t{4} << 20U;
constexpr int kMostDepth = 64;

struct Stop {};  // has been reported

class Converter {
 public:
  Converter(const std::string& file, const std::string& text, Diagnostics& diagnostics)
      : file_(file), text_(text), diagnostics_(diagnostics) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  // yaml-cpp counts lines and bytes from 0.
  [[nodiscard]] Place place(const YAML::Mark& mark) const {
    Place place{file_, 0, 0};
    if (mark.is_null() || mark.line < 0) return place;
    place.line = static_cast<std::uint32_t>(mark.line) + 1;
    const auto line = static_cast<std::size_t>(mark.line);
    if (line >= starts_.size()) return place;
    std::uint32_t column = 1;
    const std::size_t end =
        std::min(text_.size(), starts_[line] + static_cast<std::size_t>(mark.column));
    for (std::size_t i = starts_[line]; i < end; ++i) {
      if ((static_cast<unsigned char>(text_[i]) & 0xC0U) != 0x80U) ++column;
    }
    place.column = column;
    return place;
  }

  YamlNode convert(const YAML::Node& from, const Place& fallback, int depth) {
    YamlNode node;
    node.place = place(from.Mark());
    if (node.place.line == 0) node.place = fallback;
    if (depth > kMostDepth) stop(node.place, "nested too deeply");
    if (++nodes_ > kMostNodes) stop(node.place, "too many values; is an alias repeated?");
    if (from.IsScalar()) {
      node.kind = YamlNode::Kind::kScalar;
      node.text = from.Scalar();
      node.plain = from.Tag() != "!";
      bytes_ += node.text.size();
      if (bytes_ > kMostTextBytes) stop(node.place, "too much text; is an alias repeated?");
    } else if (from.IsSequence()) {
      node.kind = YamlNode::Kind::kList;
      for (const auto& item : from) node.items.push_back(convert(item, node.place, depth + 1));
    } else if (from.IsMap()) {
      node.kind = YamlNode::Kind::kMap;
      for (const auto& item : from) add(node, item.first, item.second, depth);
    }
    return node;
  }

 private:
  void add(YamlNode& map, const YAML::Node& key, const YAML::Node& value, int depth) {
    const Place at = place(key.Mark());
    if (!key.IsScalar()) stop(at, "a key must be a word");
    const std::string& name = key.Scalar();
    const bool again = std::any_of(map.entries.begin(), map.entries.end(),
                                   [&](const YamlEntry& entry) { return entry.key == name; });
    if (again) diagnostics_.error(at, "the key \"" + name + "\" is there twice");
    map.entries.push_back({name, at, convert(value, at, depth + 1)});
  }

  [[noreturn]] void stop(const Place& at, const char* message) {
    diagnostics_.error(at, message);
    throw Stop{};
  }

  const std::string& file_;
  const std::string& text_;
  Diagnostics& diagnostics_;
  std::vector<std::size_t> starts_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
};

// The line of the first byte that no YAML may contain, 0 when there is none.
std::uint32_t bad_line(std::string_view text) {
  std::uint32_t line = 1;
  while (!text.empty()) {
    const std::size_t length = sandport::utf8_character(text);
    const auto first = static_cast<unsigned char>(text.front());
    const bool control = first < 0x20 && first != '\n' && first != '\t' && first != '\r';
    if (length == 0 || control || first == 0x7F) return line;
    if (first == '\n') ++line;
    text.remove_prefix(length);
  }
  return 0;
}

}  // namespace

YamlNode parse_yaml(const std::string& file, const std::string& text, Diagnostics& diagnostics) {
  Converter converter{file, text, diagnostics};
  const Place whole{file, 0, 0};
  if (const std::uint32_t line = bad_line(text); line > 0) {
    diagnostics.error({file, line, 0}, "not UTF-8 text, or a control character");
    return {};
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.empty() || documents.front().IsNull()) {
      diagnostics.error(whole, "the file is empty; `sandport template init` writes a start");
      return {};
    }
    if (documents.size() > 1) {
      diagnostics.error(converter.place(documents[1].Mark()), "more than one YAML document");
      return {};
    }
    if (!documents.front().IsMap()) {
      diagnostics.error(converter.place(documents.front().Mark()), "expected `key: value` lines");
      return {};
    }
    return converter.convert(documents.front(), whole, 0);
  } catch (const YAML::Exception& error) {
    diagnostics.error(converter.place(error.mark), "not valid YAML: " + error.msg);
  } catch (const Stop&) {  // reported
  }
  return {};
}

}  // namespace e2b_template
