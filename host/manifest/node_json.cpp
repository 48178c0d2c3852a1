#include "host/manifest/node_json.hpp"

#include <nlohmann/json.hpp>

namespace sandport::manifest {

nlohmann::json to_json(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kBool:
      return node.boolean;
    case Node::Kind::kInteger:
      return node.integer;
    case Node::Kind::kFloat:
      return node.real;
    case Node::Kind::kString:
      return node.text;
    case Node::Kind::kList: {
      auto list = nlohmann::json::array();
      for (const Node& item : node.items) list.push_back(to_json(item));
      return list;
    }
    case Node::Kind::kMap: {
      auto map = nlohmann::json::object();
      for (const Entry& entry : node.entries) map[entry.key] = to_json(entry.value);
      return map;
    }
    case Node::Kind::kNull:
    case Node::Kind::kInvalid:
      break;
  }
  return nullptr;
}

}  // namespace sandport::manifest
