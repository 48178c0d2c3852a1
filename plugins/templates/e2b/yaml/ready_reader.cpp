#include "ready_reader.hpp"

#include <array>
#include <sandport/units.hpp>

#include "../model/ready_command.hpp"

namespace e2b_template {
namespace {

constexpr std::array kHelpers{
    YamlKey{"port", "wait_for_port"}, YamlKey{"url", "wait_for_url"},
    YamlKey{"status", "status_code"}, YamlKey{"process", "wait_for_process"},
    YamlKey{"file", "wait_for_file"}, YamlKey{"timeout", "wait_for_timeout"}};

// "5s", or milliseconds as the service's own builders take them.
std::string timeout(const MapReader& map) {
  const YamlNode& node = *map.find("timeout");
  if (const auto duration = sandport::parse_duration(node.text)) return wait_for_timeout(*duration);
  const auto milliseconds = map.integer("timeout", 0, 86'400'000);
  return wait_for_timeout(std::chrono::milliseconds(milliseconds.value_or(0)));
}

}  // namespace

std::string read_ready(const MapReader& root) {
  const YamlNode* node = root.find("ready_cmd");
  if (node == nullptr) return {};
  if (!node->is_map()) return root.required("ready_cmd");
  const MapReader map{*node, kHelpers, root.diagnostics()};
  std::string_view helper;
  for (const std::string_view key : {"port", "url", "process", "file", "timeout"}) {
    if (map.find(key) == nullptr) continue;
    if (!helper.empty()) map.error(map.place(key), "one ready helper is enough");
    helper = key;
  }
  if (map.has("status") && helper != "url") {
    map.error(map.place("status"), "status goes with `url`");
  }
  if (helper == "port") return wait_for_port(map.integer("port", 1, 65535).value_or(1));
  if (helper == "url") {
    return wait_for_url(map.required("url"), map.integer("status", 100, 599).value_or(200));
  }
  if (helper == "process") return wait_for_process(map.required("process"));
  if (helper == "file") return wait_for_file(map.required("file"));
  if (helper == "timeout") return timeout(map);
  map.error(node->place, "ready_cmd: a command, or one of port, url, process, file, timeout");
  return {};
}

}  // namespace e2b_template
