#include "host/manifest/parse.hpp"

#include <sstream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/node/node.h>  // or clang-tidy takes our Node for the one parser.h declares
#include <yaml-cpp/parser.h>

#include "host/manifest/lexical_checks.hpp"
#include "host/manifest/parse_stop.hpp"
#include "host/manifest/text.hpp"
#include "host/manifest/tree_builder.hpp"

namespace sandport::manifest {
namespace {

// Throws ParseStop at the first byte that no manifest may contain.
void require_text(const Sources& sources, std::uint32_t source) {
  const std::string_view text = sources.text(source);
  const std::string_view forbidden(
      "\0\x01\x02\x03\x04\x05\x06\x07\x08\x0B\x0C\x0E\x0F\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19"
      "\x1A\x1B\x1C\x1D\x1E\x1F\x7F",
      30);
  std::string_view problem = "is not UTF-8 text";
  std::size_t offset = find_invalid_utf8(text).value_or(text.size());
  if (const auto control = text.substr(0, offset).find_first_of(forbidden);
      control != std::string_view::npos) {
    offset = control;
    problem = "is a control character, which YAML does not allow";
  }
  if (offset == text.size()) return;
  std::uint32_t line = 1;
  while (sources.line_start(source, line + 1) <= offset) ++line;
  const std::size_t start = sources.line_start(source, line);
  const auto column =
      static_cast<std::uint32_t>(count_characters(text.substr(start, offset - start)) + 1);
  throw ParseStop(
      {source, line, column},
      fmt::format("byte 0x{:02X} {}", static_cast<unsigned char>(text[offset]), problem));
}

ParseStop explain(const YAML::ParserException& error, const TreeBuilder& builder,
                  const Sources& sources) {
  const Location where = builder.locate(error.mark);
  if (const auto tab = find_indenting_tab(sources, where)) {
    return {*tab, "a tab cannot indent YAML; use spaces"};
  }
  return {where, explain_syntax_error(error.msg, sources.line(where.source, where.line))};
}

std::optional<Node> parse_document(const Sources& sources, std::uint32_t source, Budget& budget,
                                   Diagnostics& diagnostics) {
  require_text(sources, source);
  TreeBuilder builder(sources, source, budget, diagnostics);
  try {
    std::istringstream stream{std::string(sources.text(source))};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::ParserException& error) {
    throw explain(error, builder, sources);
  } catch (const YAML::Exception& error) {
    throw ParseStop(builder.locate(error.mark), "not valid YAML: " + error.msg);
  }
  return builder.take_root();
}

}  // namespace

bool Budget::take(std::size_t node_count, std::size_t bytes) {
  if (node_count > nodes || bytes > text_bytes) return false;
  nodes -= node_count;
  text_bytes -= bytes;
  return true;
}

std::optional<Node> parse_yaml_value(const Sources& sources, std::uint32_t source, Budget& budget,
                                     Diagnostics& diagnostics) {
  try {
    if (auto root = parse_document(sources, source, budget, diagnostics)) return root;
    return Node{};
  } catch (const ParseStop& stop) {
    diagnostics.add(stop.location, {}, stop.what());
    return std::nullopt;
  }
}

std::optional<Node> parse_yaml(const Sources& sources, std::uint32_t source, Budget& budget,
                               Diagnostics& diagnostics) {
  std::optional<Node> root = parse_yaml_value(sources, source, budget, diagnostics);
  if (!root || root->kind == Node::Kind::kMap) return root;
  if (root->kind == Node::Kind::kNull) {
    diagnostics.add({source, 0, 0}, {}, "the file is empty; a manifest starts with `version: 1`");
  } else {
    diagnostics.add(root->location, {},
                    fmt::format("expected `key: value` lines, got {}", kind_name(root->kind)));
  }
  return std::nullopt;
}

}  // namespace sandport::manifest
