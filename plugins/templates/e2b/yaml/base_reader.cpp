#include "base_reader.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../dockerfile/lower.hpp"
#include "login_reader.hpp"

namespace e2b_template {
namespace {

namespace fs = std::filesystem;

constexpr std::array kBaseKeys{YamlKey{"base"},
                               YamlKey{"base_version", "version_of_base variant"},
                               YamlKey{"image", "from_image"},
                               YamlKey{"registry", "credentials"},
                               YamlKey{"from_template", "template"},
                               YamlKey{"dockerfile"}};

struct NamedBase {
  std::string_view name;
  std::string_view image;
  std::string_view version;  // when the file says none
};
constexpr std::array kNamedBases{
    NamedBase{"python", "python", "3"},      NamedBase{"node", "node", "lts"},
    NamedBase{"bun", "oven/bun", "latest"},  NamedBase{"debian", "debian", "stable"},
    NamedBase{"ubuntu", "ubuntu", "latest"}, NamedBase{"fedora", "fedora", "44"},
    NamedBase{"alpine", "alpine", "3.24"},   NamedBase{"arch", "archlinux", "latest"}};

void read_named_base(const MapReader& root, Recipe& recipe) {
  const std::string base = root.text("base");
  if (base == "default" || base == "e2b" || base == "base") {
    if (root.find("base_version") != nullptr) {
      root.error(root.place("base_version"), "the base \"" + base + "\" has no versions");
    }
    recipe.from_image(kDefaultImage);
    return;
  }
  const auto* known = std::find_if(kNamedBases.begin(), kNamedBases.end(),
                                   [&](const NamedBase& named) { return named.name == base; });
  if (known == kNamedBases.end()) {
    std::string all;
    for (const NamedBase& named : kNamedBases) all += std::string(named.name) + ", ";
    root.error(root.find("base")->place,
               "no base \"" + base + "\"; there are " + all +
                   "default, and custom with `dockerfile`; any other image goes into `image`");
    return;
  }
  std::string version = root.text("base_version");
  if (version.empty()) version = known->version;
  recipe.from_image(std::string(known->image) + ':' + version);
}

// A block scalar's text begins on the line below its indicator.
DockerfileText inline_dockerfile(const YamlNode& node, const Source& source) {
  DockerfileText text{source.file, node.text, 0, 0};
  if (!node.plain && source.text.find(node.text) != std::string::npos) {
    text.first_line = node.place.line;
    return text;
  }
  std::istringstream lines(source.text);
  std::string line;
  for (std::uint32_t number = 1; number <= node.place.line + 1 && std::getline(lines, line);
       ++number) {
  }
  text.first_line = node.place.line + 1;
  const auto indent = line.find_first_not_of(' ');
  text.indent = indent == std::string::npos ? 0 : static_cast<std::uint32_t>(indent);
  return text;
}

void read_dockerfile(const MapReader& root, const Source& source, Recipe& recipe) {
  const YamlNode& node = *root.find("dockerfile");
  if (node.kind != YamlNode::Kind::kScalar) {
    root.error(node.place, "dockerfile: expected a path, or the text of a Dockerfile");
    return;
  }
  if (node.text.find('\n') != std::string::npos) {
    lower_dockerfile(inline_dockerfile(node, source), recipe, root.diagnostics());
    return;
  }
  const fs::path folder = fs::path(source.file).parent_path();
  const std::string path = (folder / node.text).lexically_normal().string();
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !fs::is_regular_file(path) || !(text << file.rdbuf())) {
    root.error(node.place, "dockerfile: cannot read " + path);
    return;
  }
  lower_dockerfile(path, text.str(), recipe, root.diagnostics());
}

}  // namespace

std::span<const YamlKey> base_keys() { return kBaseKeys; }

void read_base(const MapReader& root, const Source& source, Recipe& recipe) {
  recipe.set_place({source.file, 0, 0});
  std::string_view first;
  const bool custom = root.text("base") == "custom";
  for (const std::string_view key : {"base", "image", "from_template", "dockerfile"}) {
    if (root.find(key) == nullptr || (custom && key == "base")) continue;
    recipe.set_place(root.place(key));
    if (!first.empty()) {
      root.error(root.place(key),
                 "a template has one base; \"" + std::string(first) + "\" is there already");
      return;
    }
    first = key;
  }
  if (custom && first != "dockerfile" && first != "image") {
    root.error(root.place("base"), "the base \"custom\" needs `dockerfile` or `image`");
    return;
  }
  if (root.has("base_version") && first != "base") {
    root.error(root.place("base_version"), "base_version goes with `base`");
  }
  if (root.has("registry") && first != "image") {
    root.error(root.place("registry"), "registry goes with `image`");
  }
  if (first == "base") {
    read_named_base(root, recipe);
  } else if (first == "image") {
    Login login = read_login(root, source);
    recipe.from_image(root.required("image"), std::move(login));
  } else if (first == "from_template") {
    recipe.from_template(root.required("from_template"));
  } else if (first == "dockerfile") {
    read_dockerfile(root, source, recipe);
  } else {
    recipe.from_image(kDefaultImage);
  }
}

}  // namespace e2b_template
