#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

#include <nlohmann/json.hpp>

#include "host/manifest/decode.hpp"
#include "host/manifest/field_reader.hpp"
#include "host/manifest/node_json.hpp"
#include "host/manifest/secrets.hpp"

namespace sandport::manifest {
namespace {

constexpr std::size_t kSha256Digits = 64;

bool is_plugin_name(std::string_view name) {
  const auto is_alphanumeric = [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; };
  return !name.empty() && is_alphanumeric(static_cast<unsigned char>(name[0])) &&
         std::ranges::all_of(name, [&](char c) {
           return is_alphanumeric(static_cast<unsigned char>(c)) || c == '-' || c == '_' ||
                  c == '.';
         });
}

void collect_secrets(const Node& node, std::set<std::string>& names) {
  for (std::string& name : secret_names(node.text)) names.insert(std::move(name));
  for (const Node& item : node.items) collect_secrets(item, names);
  for (const Entry& entry : node.entries) collect_secrets(entry.value, names);
}

std::string read_sha256(const FieldReader& reader) {
  std::string digest = reader.word("sha256").value_or("");
  std::ranges::transform(digest, digest.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool hexadecimal = digest.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (digest.empty() || (digest.size() == kSha256Digits && hexadecimal)) return digest;
  reader.report(*reader.find("sha256"), "sha256", "expected 64 hexadecimal digits");
  return {};
}

std::string read_name(const FieldReader& reader) {
  std::string name = reader.word("uses").value_or("");
  if (name.empty() || is_plugin_name(name)) return name;
  reader.report(*reader.find("uses"), "uses",
                "expected a plugin's name: letters, digits, `-`, `_`, `.`; the path of a library "
                "belongs in `file`");
  return {};
}

}  // namespace

PluginUse decode_plugin_use(const Node& map, const std::string& path, std::span<const Field> fields,
                            const Sources& sources, Diagnostics& diagnostics) {
  PluginUse use;
  use.path = path;
  use.location = map.location;
  const FieldReader reader(map, path, fields, diagnostics);
  use.uses = read_name(reader);
  if (const Node* uses = reader.find("uses")) use.location = uses->location;
  if (auto file = reader.word("file")) {
    const Location& where = reader.find("file")->location;
    use.file = (sources.directory(where.source) / *file).lexically_normal();
  }
  use.sha256 = read_sha256(reader);
  use.with.kind = Node::Kind::kMap;
  use.with.location = use.location;
  if (const Node* with = reader.structure("with", Node::Kind::kMap)) use.with = *with;
  use.options = to_json(use.with).dump();
  std::set<std::string> names;
  collect_secrets(use.with, names);
  use.secrets.assign(names.begin(), names.end());
  return use;
}

}  // namespace sandport::manifest
