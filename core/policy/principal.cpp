#include "core/policy/principal.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace sandport {
namespace {

using nlohmann::json;

void add_strings(const json& value, std::vector<std::string>& texts) {
  if (value.is_string()) {
    texts.push_back(value.get<std::string>());
  } else if (value.is_structured()) {
    for (const json& item : value) {
      add_strings(item, texts);
    }
  }
}

Principal paths_of(const json& arguments, const PolicyRequest& request) {
  constexpr std::array kKeys = {"path", "paths", "file_path", "directory", "source", "destination"};
  std::vector<std::string> given;
  for (const char* key : kKeys) {
    if (const auto found = arguments.find(key); found != arguments.end()) {
      add_strings(*found, given);
    }
  }
  if (given.empty()) {
    given.emplace_back(".");  // what a tool that lists or searches takes when it is told nothing
  }
  Principal principal{Principal::Kind::kPaths, {}};
  for (const std::string& path : given) {
    if (path.find(kUnknownText) != std::string::npos) {
      return {};
    }
    principal.values.push_back(normal_path(path, request.work_dir));
  }
  // A pattern that can leave its directory can reach any file.
  if (const auto pattern = arguments.find("pattern");
      request.tool == "fs_glob" && pattern != arguments.end() && pattern->is_string()) {
    const auto& text = pattern->get_ref<const std::string&>();
    if (text.starts_with('/') || text.starts_with('~') || text.find("..") != std::string::npos) {
      principal.values.emplace_back(1, kUnknownText);
    }
  }
  return principal;
}

// Our own tool takes `cmd`; others of that name call it `command`. Which of two would run is not
// ours to know.
Principal command_of(const json& arguments) {
  const json* command = nullptr;
  for (const char* key : {"cmd", "command"}) {
    const auto found = arguments.find(key);
    if (found == arguments.end()) continue;
    if (command != nullptr) return {};
    command = &*found;
  }
  if (command == nullptr || !command->is_string()) return {};
  return {Principal::Kind::kCommand, {command->get<std::string>()}};
}

}  // namespace

Principal principal_of(const PolicyRequest& request) {
  const json arguments = json::parse(request.arguments_json, nullptr, false);
  if (!arguments.is_object()) {
    return {};
  }
  if (request.tool == "bash_run") {
    return command_of(arguments);
  }
  if (request.tool.starts_with("fs_")) {
    return paths_of(arguments, request);
  }
  Principal principal{Principal::Kind::kTexts, {}};
  add_strings(arguments, principal.values);
  return principal;
}

}  // namespace sandport
