#include "host/manifest/decode.hpp"

#include <utility>

#include <fmt/format.h>

#include "host/manifest/field_reader.hpp"

namespace sandport::manifest {
namespace {

void check_version(const FieldReader& reader) {
  const Node* node = reader.find("version");
  if (node == nullptr || (node->kind == Node::Kind::kInteger && node->integer == 1)) return;
  reader.report(*node, "version", expected("1, the only version this program reads", *node));
}

ToolsetUse decode_toolset(const Node& map, const std::string& path, const Sources& sources,
                          Diagnostics& diagnostics) {
  ToolsetUse toolset;
  toolset.plugin = decode_plugin_use(map, path, toolset_fields(), sources, diagnostics);
  const FieldReader reader(map, path, toolset_fields(), diagnostics);
  toolset.include = reader.strings("include");
  toolset.exclude = reader.strings("exclude").value_or(std::vector<std::string>{});
  return toolset;
}

std::vector<ToolsetUse> decode_tools(const FieldReader& reader, const Sources& sources,
                                     Diagnostics& diagnostics) {
  std::vector<ToolsetUse> tools;
  const Node* list = reader.structure("tools", Node::Kind::kList);
  if (list == nullptr) return tools;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const Node& item = list->items[i];
    const std::string path = child_path("tools", i);
    if (item.kind == Node::Kind::kMap) {
      tools.push_back(decode_toolset(item, path, sources, diagnostics));
    } else if (item.kind != Node::Kind::kInvalid) {
      diagnostics.add(item.location, path, expected("`- uses: NAME`", item));
    }
  }
  return tools;
}

std::string display_name(const FieldReader& reader, const std::filesystem::path& file) {
  return reader.word("name").value_or(file.stem().string());
}

}  // namespace

Manifest decode_manifest(const Node& root, std::shared_ptr<const Sources> sources,
                         Diagnostics& diagnostics) {
  Manifest manifest;
  const FieldReader reader(root, "", root_fields(), diagnostics);
  check_version(reader);
  if (const Node* extends = reader.find("extends")) {
    reader.report(*extends, "extends", "`extends` belongs in a file, not in --set");
  }
  manifest.file = sources->name(root.location.source);
  manifest.name = display_name(reader, manifest.file);
  manifest.description = reader.string("description").value_or("");
  manifest.prompt = reader.string("prompt").value_or("");
  if (const Node* model = reader.structure("model", Node::Kind::kMap)) {
    manifest.model = decode_plugin_use(*model, "model", model_fields(), *sources, diagnostics);
  }
  if (const Node* sandbox = reader.structure("sandbox", Node::Kind::kMap)) {
    manifest.sandbox = decode_sandbox(*sandbox, *sources, diagnostics);
  }
  manifest.tools = decode_tools(reader, *sources, diagnostics);
  if (const Node* agent = reader.structure("agent", Node::Kind::kMap)) {
    manifest.agent = decode_agent(*agent, *sources, diagnostics);
  }
  if (const Node* permissions = reader.structure("permissions", Node::Kind::kMap)) {
    manifest.permissions = decode_permissions(*permissions, diagnostics);
  }
  manifest.sources = std::move(sources);
  return manifest;
}

}  // namespace sandport::manifest
