#include <fmt/format.h>

#include "host/manifest/adapt.hpp"
#include "host/manifest/decode.hpp"
#include "host/manifest/field_reader.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

// A boolean says whether to clean up; that is what the variable SPRITE_DELETE_ON_EXIT=1 holds.
OnExit read_on_exit(const FieldReader& reader) {
  const Node* node = reader.find("on_exit");
  if (node == nullptr) return OnExit::kAuto;
  const Node value = as_plain_if_interpolated(*node);
  if (value.kind == Node::Kind::kBool) return value.boolean ? OnExit::kAuto : OnExit::kKeep;
  const bool from_variable = value.origin == Node::Origin::kInterpolated;
  if (from_variable && (value.text == "1" || value.text == "yes")) return OnExit::kAuto;
  if (from_variable && (value.text == "0" || value.text == "no" || value.text.empty())) {
    return OnExit::kKeep;
  }
  const std::string choice = reader.choice("on_exit").value_or("auto");
  if (choice == "dispose") return OnExit::kDispose;
  if (choice == "pause") return OnExit::kPause;
  if (choice == "keep") return OnExit::kKeep;
  return OnExit::kAuto;
}

}  // namespace

SandboxUse decode_sandbox(const Node& map, const Sources& sources, Diagnostics& diagnostics) {
  SandboxUse sandbox;
  sandbox.plugin = decode_plugin_use(map, "sandbox", sandbox_fields(), sources, diagnostics);
  // The keys were checked with the plugin's; this reader's own findings would only repeat them.
  const FieldReader reader(map, "sandbox", sandbox_fields(), diagnostics);
  sandbox.work_dir = reader.string("work_dir").value_or("");
  sandbox.environment = reader.string_map("env");
  for (const auto& [name, value] : sandbox.environment) {
    if (!name.empty() && name.find('=') == std::string::npos) continue;
    reader.report(*reader.find("env"), "env",
                  fmt::format("{} cannot be the name of a variable", quote(name)));
  }
  sandbox.on_exit = read_on_exit(reader);
  return sandbox;
}

}  // namespace sandport::manifest
