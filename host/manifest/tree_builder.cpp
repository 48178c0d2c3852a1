#include "host/manifest/tree_builder.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "host/manifest/lexical_checks.hpp"
#include "host/manifest/parse_stop.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

constexpr std::size_t kMaxKeys = 1'000;  // of one map; duplicates are searched one by one
constexpr std::string_view kMergeKey = "<<";

bool is_core_tag(std::string_view tag, std::string_view name) {
  return tag.empty() || tag == "?" || tag == "!" ||
         (tag.starts_with("tag:yaml.org,2002:") && tag.substr(18) == name);
}

// `<<: *base` and `<<: [*a, *b]`: keys of the map itself win, then those of earlier bases.
void expand_merge_key(Node& map, Diagnostics& diagnostics) {
  const auto entry = std::ranges::find(map.entries, kMergeKey, &Entry::key);
  if (entry == map.entries.end()) return;
  Node merged = std::move(entry->value);
  const Location where = entry->key_location;
  map.entries.erase(entry);
  std::vector<Node> bases;
  if (merged.kind == Node::Kind::kList)
    bases = std::move(merged.items);
  else
    bases.push_back(std::move(merged));
  for (Node& base : bases) {
    if (base.kind != Node::Kind::kMap) {
      diagnostics.add(where, {}, "`<<` needs a map, or a list of maps, to take keys from");
      return;
    }
    for (Entry& inherited : base.entries) {
      if (map.find(inherited.key) == nullptr) map.entries.push_back(std::move(inherited));
    }
  }
}

}  // namespace

TreeBuilder::TreeBuilder(const Sources& sources, std::uint32_t source, Budget& budget,
                         Diagnostics& diagnostics)
    : sources_(sources), source_(source), budget_(budget), diagnostics_(diagnostics) {}

std::optional<Node> TreeBuilder::take_root() { return std::exchange(root_, std::nullopt); }

Location TreeBuilder::locate(const YAML::Mark& mark) const {
  if (mark.is_null()) return {source_, 0, 0};
  const auto line = static_cast<std::uint32_t>(mark.line + 1);
  const std::string_view before =
      sources_.line(source_, line).substr(0, static_cast<std::size_t>(mark.column));
  return {source_, line, static_cast<std::uint32_t>(count_characters(before) + 1)};
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (!std::exchange(started_, true)) return;
  const auto rest = sources_.text(source_).substr(static_cast<std::size_t>(mark.pos));
  throw ParseStop(
      locate(mark),
      rest.starts_with("---")
          ? "only one YAML document is allowed; remove what follows `---`"
          : "not valid YAML: this line belongs to nothing above; check its indentation");
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node node;
  node.location = locate(mark);
  if (!stack_.empty() && stack_.back().expect == Expect::kValue) {
    // yaml-cpp's mark of an empty value is wherever its scanner stands, so the key's place is used.
    const Entry& entry = stack_.back().node.entries.back();
    node.location = entry.key_location;
    if (!key_has_colon(sources_.text(source_), key_offset_, entry.key)) {
      throw ParseStop(
          entry.key_location,
          fmt::format("not valid YAML: expected `key: value`, got only {}", quote(entry.key)));
    }
  }
  take(node.location, 1, 0);
  remember(anchor, node, 1, 0);
  add(std::move(node));
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const Location where = locate(mark);
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) throw ParseStop(where, "this alias stands inside its own anchor");
  take(where, found->second.nodes, found->second.bytes);
  key_offset_ = static_cast<std::size_t>(mark.pos);
  add(found->second.node);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  Node node;
  node.location = locate(mark);
  node.style = tag == "?" || tag.empty() ? Node::Style::kPlain : Node::Style::kQuoted;
  node.text = value;
  const auto offset = static_cast<std::size_t>(mark.pos);
  if (tag == "!" && !is_quote_closed(sources_.text(source_), offset)) {
    throw ParseStop(node.location, "not valid YAML: the quote that opens here is never closed");
  }
  if (!is_core_tag(tag, "str")) {
    throw ParseStop(node.location, fmt::format("tags such as {} are not supported", quote(tag)));
  }
  resolve_type(node);
  if (value.find('\0') != std::string::npos) {
    diagnostics_.add(node.location, {}, "a string must not contain the NUL character");
    node.kind = Node::Kind::kInvalid;
  }
  take(node.location, 1, value.size());
  remember(anchor, node, 1, value.size());
  if (!stack_.empty() && stack_.back().expect == Expect::kKey) key_offset_ = offset;
  add(std::move(node));
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) {
  open(Node::Kind::kList, mark, is_core_tag(tag, "seq") ? "" : tag, anchor);
}

void TreeBuilder::OnSequenceEnd() { close(); }

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
  open(Node::Kind::kMap, mark, is_core_tag(tag, "map") ? "" : tag, anchor);
}

void TreeBuilder::OnMapEnd() { close(); }

void TreeBuilder::open(Node::Kind kind, const YAML::Mark& mark, const std::string& unknown_tag,
                       YAML::anchor_t anchor) {
  Open opened{{},
              anchor,
              kind == Node::Kind::kMap ? Expect::kKey : Expect::kItem,
              nodes_used_,
              bytes_used_};
  opened.node.kind = kind;
  opened.node.location = locate(mark);
  if (!unknown_tag.empty()) {
    throw ParseStop(opened.node.location,
                    fmt::format("tags such as {} are not supported", quote(unknown_tag)));
  }
  if (!stack_.empty() && stack_.back().expect == Expect::kKey) {
    // yaml-cpp also takes a bracket that is never closed for the start of a key.
    throw ParseStop(opened.node.location,
                    "a key must be plain text, not a list or a map; is a bracket left open?");
  }
  if (stack_.size() >= kMaxDepth) {
    throw ParseStop(opened.node.location, fmt::format("nested deeper than {} levels", kMaxDepth));
  }
  take(opened.node.location, 1, 0);
  stack_.push_back(std::move(opened));
}

void TreeBuilder::close() {
  Open closed = std::move(stack_.back());
  stack_.pop_back();
  if (closed.node.kind == Node::Kind::kMap) expand_merge_key(closed.node, diagnostics_);
  remember(closed.anchor, closed.node, nodes_used_ - closed.nodes_before,
           bytes_used_ - closed.bytes_before);
  add(std::move(closed.node));
}

void TreeBuilder::add(Node node) {
  if (stack_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = stack_.back();
  switch (parent.expect) {
    case Expect::kItem:
      parent.node.items.push_back(std::move(node));
      break;
    case Expect::kKey:
      add_key(node);
      break;
    case Expect::kValue:
      parent.expect = Expect::kKey;
      parent.node.entries.back().value = std::move(node);
      if (parent.duplicate) parent.node.entries.pop_back();
      break;
  }
}

void TreeBuilder::add_key(const Node& key) {
  Open& parent = stack_.back();
  if (!key.is_scalar())
    throw ParseStop(key.location, "a key must be plain text, not a list or a map");
  if (parent.node.entries.size() >= kMaxKeys) {
    throw ParseStop(key.location, fmt::format("a map may have at most {} keys", kMaxKeys));
  }
  const auto first = std::ranges::find(parent.node.entries, key.text, &Entry::key);
  parent.duplicate = first != parent.node.entries.end();
  if (parent.duplicate) {
    diagnostics_.add(key.location, {},
                     fmt::format("duplicate key {}; it is first set in line {}", quote(key.text),
                                 first->key_location.line));
  }
  parent.node.entries.push_back({key.text, key.location, {}});
  parent.expect = Expect::kValue;
}

void TreeBuilder::take(const Location& where, std::size_t nodes, std::size_t bytes) {
  if (!budget_.take(nodes, bytes)) {
    throw ParseStop(where,
                    fmt::format("the manifest is too large with its aliases expanded: more than "
                                "{} values or {} MiB of text",
                                kMaxNodes, kMaxTextBytes >> 20U));
  }
  nodes_used_ += nodes;
  bytes_used_ += bytes;
}

void TreeBuilder::remember(YAML::anchor_t anchor, const Node& node, std::size_t nodes,
                           std::size_t bytes) {
  if (anchor == YAML::NullAnchor) return;
  // The copy kept for aliases is charged too: it is memory like any other.
  take(node.location, nodes, bytes);
  anchors_.insert_or_assign(anchor, Anchored{node, nodes, bytes});
}

}  // namespace sandport::manifest
