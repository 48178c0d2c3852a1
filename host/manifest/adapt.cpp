#include "host/manifest/adapt.hpp"

namespace sandport::manifest {

Node as_string_if_interpolated(Node node) {
  if (node.is_scalar() && node.origin == Node::Origin::kInterpolated)
    node.kind = Node::Kind::kString;
  return node;
}

Node as_plain_if_interpolated(Node node) {
  if (node.is_scalar() && node.origin == Node::Origin::kInterpolated) {
    node.style = Node::Style::kPlain;
    resolve_type(node);
  }
  return node;
}

}  // namespace sandport::manifest
