#include "login_reader.hpp"

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "secret_text.hpp"

namespace e2b_template {
namespace {

constexpr std::array kKeys{
    YamlKey{"type"},
    YamlKey{"username"},
    YamlKey{"password"},
    YamlKey{"access_key_id", "aws_access_key_id"},
    YamlKey{"secret_access_key", "aws_secret_access_key"},
    YamlKey{"region", "aws_region"},
    YamlKey{"service_account_json"},
};

class LoginReader {
 public:
  LoginReader(const MapReader& map, const Source& source) : map_(map), source_(source) {}

  Login read() {
    const bool password = has_any({"username", "password"});
    const bool aws = has_any({"access_key_id", "secret_access_key", "region"});
    const bool gcp = has_any({"service_account_json"});
    if (password + aws + gcp != 1) {
      map_.error(map_.place(),
                 "registry: give username and password; or access_key_id, secret_access_key and "
                 "region (AWS); or service_account_json (Google)");
      return {};
    }
    const std::string type = password ? "registry" : aws ? "aws" : "gcp";
    if (map_.has("type") && map_.text("type") != type) {
      map_.error(map_.place("type"), "the keys beside it are those of the type " + type);
    }
    if (password) return RegistryLogin{value("username"), value("password")};
    if (aws) return AwsLogin{value("access_key_id"), value("secret_access_key"), value("region")};
    return GcpLogin{service_account()};
  }

 private:
  [[nodiscard]] bool has_any(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys) {
      if (map_.has(key)) return true;
    }
    return false;
  }

  std::string resolved(const YamlNode& node, std::string_view key) {
    std::optional<std::string> missing;
    std::string text = resolve_secrets(node.text, source_.secrets, missing);
    if (missing) {
      map_.error(node.place, std::string(key) + ": the secret " + *missing + " is not set");
    }
    return text;
  }

  std::string value(std::string_view key) {
    const YamlNode* node = map_.find(key);
    if (node == nullptr || node->kind != YamlNode::Kind::kScalar || node->text.empty()) {
      map_.error(map_.place(key), "registry: " + std::string(key) + " is missing");
      return {};
    }
    return resolved(*node, key);
  }

  nlohmann::ordered_json to_json(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::kMap) {
      auto object = nlohmann::ordered_json::object();
      for (const YamlEntry& entry : node.entries) object[entry.key] = to_json(entry.value);
      return object;
    }
    if (node.kind != YamlNode::Kind::kScalar) return nullptr;
    return resolved(node, "service_account_json");
  }

  // A map is the account itself; a word is JSON text or the path of its file.
  std::string service_account() {
    const YamlNode* node = map_.find("service_account_json");
    if (node == nullptr) return value("service_account_json");
    if (node->is_map()) return to_json(*node).dump();
    const std::string text = value("service_account_json");
    if (text.find('{') != std::string::npos) return text;
    const auto path = std::filesystem::path(source_.file).parent_path() / text;
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    if (!file || !std::filesystem::is_regular_file(path) || !(content << file.rdbuf())) {
      map_.error(node->place, "service_account_json: cannot read " + path.string());
    }
    return content.str();
  }

  const MapReader& map_;
  const Source& source_;
};

}  // namespace

Login read_login(const MapReader& root, const Source& source) {
  const YamlNode* node = root.find("registry");
  if (node == nullptr) return {};
  if (!node->is_map()) {
    root.error(node->place, "registry: expected `username: …` and `password: …`");
    return {};
  }
  const MapReader map{*node, kKeys, root.diagnostics()};
  return LoginReader{map, source}.read();
}

}  // namespace e2b_template
