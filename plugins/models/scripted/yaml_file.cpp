#include "yaml_file.hpp"

#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace scripted {
namespace {

using Json = nlohmann::json;

Json scalar(const YAML::Node& node) {
  if (node.Tag() == "!") return node.Scalar();  // quoted
  if (bool value = false; YAML::convert<bool>::decode(node, value)) return value;
  if (std::int64_t value = 0; YAML::convert<std::int64_t>::decode(node, value)) return value;
  if (double value = 0; YAML::convert<double>::decode(node, value)) return value;
  return node.Scalar();
}

Json convert(const YAML::Node& node, int depth) {
  constexpr int kMostDepth = 100;
  if (depth > kMostDepth) throw std::invalid_argument("nested too deeply");
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return scalar(node);
    case YAML::NodeType::Sequence: {
      Json list = Json::array();
      for (const auto& item : node) list.push_back(convert(item, depth + 1));
      return list;
    }
    case YAML::NodeType::Map: {
      Json object = Json::object();
      for (const auto& item : node) {
        object[item.first.as<std::string>()] = convert(item.second, depth + 1);
      }
      return object;
    }
    default:
      return nullptr;
  }
}

}  // namespace

Json read_yaml_file(const std::string& path) {
  try {
    Json json = convert(YAML::LoadFile(path), 0);
    return json.is_array() ? Json{{"turns", std::move(json)}} : json;
  } catch (const YAML::BadFile&) {
    throw std::invalid_argument("file: cannot read \"" + path + "\"");
  } catch (const YAML::Exception& error) {
    throw std::invalid_argument("file: " + path + ":" + std::to_string(error.mark.line + 1) + ":" +
                                std::to_string(error.mark.column + 1) + ": " + error.msg);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument("file: " + path + ": " + error.what());
  }
}

}  // namespace scripted
