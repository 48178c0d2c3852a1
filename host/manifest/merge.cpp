#include "host/manifest/merge.hpp"

#include <utility>

namespace sandport::manifest {

void change_plugin(Node& map, const Node& uses) {
  const Node* before = map.find("uses");
  if (before == nullptr || before->text == uses.text) return;
  for (const auto* key : {"with", "file", "sha256"}) map.erase(key);
}

void merge(Node& base, Node over) {
  if (base.kind != Node::Kind::kMap || over.kind != Node::Kind::kMap) {
    base = std::move(over);
    return;
  }
  if (const Node* uses = over.find("uses")) change_plugin(base, *uses);
  base.location = over.location;
  for (Entry& entry : over.entries) {
    if (Node* existing = base.find(entry.key))
      merge(*existing, std::move(entry.value));
    else
      base.entries.push_back(std::move(entry));
  }
}

}  // namespace sandport::manifest
