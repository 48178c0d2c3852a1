#include "background.hpp"

#include <sandport/utf8.hpp>

#include <nlohmann/json.hpp>

namespace shell {
namespace {

using nlohmann::json;

constexpr std::string_view kKey = "shell.background";
constexpr std::size_t kMostKept = 200;
constexpr std::size_t kMostCommand = 200;

// {"next": 3, "shells": [{"id", "tag", "command"}…]}
json load(const sandport::Call& call) {
  const auto kept = call.state(kKey);
  return kept ? json::parse(*kept) : json{{"next", 1}, {"shells", json::array()}};
}

Background to_background(const json& entry) {
  return {entry.at("id"), entry.at("tag"), entry.at("command")};
}

}  // namespace

Background BackgroundList::add(const sandport::Call& call, std::string_view command) {
  const std::lock_guard lock(mutex_);
  json list = load(call);
  const auto number = list.at("next").get<std::uint64_t>();
  Background background;
  background.id = "shell_" + std::to_string(number);
  background.tag = call.session_id() + "/" + background.id;
  background.command =
      sandport::printable(command.substr(0, sandport::utf8_prefix(command, kMostCommand)));
  list["next"] = number + 1;
  json& shells = list["shells"];
  shells.push_back(
      {{"id", background.id}, {"tag", background.tag}, {"command", background.command}});
  while (shells.size() > kMostKept) shells.erase(shells.begin());
  call.set_state(kKey, list.dump());
  return background;
}

std::optional<Background> BackgroundList::find(const sandport::Call& call,
                                               std::string_view id) const {
  const json list = load(call);
  for (const json& entry : list.at("shells")) {
    if (entry.at("id") == id) return to_background(entry);
  }
  return std::nullopt;
}

std::string BackgroundList::names(const sandport::Call& call) const {
  const json list = load(call);
  std::string text;
  for (const json& entry : list.at("shells")) {
    const Background background = to_background(entry);
    text += (text.empty() ? "" : ", ") + background.id + " (" + background.command + ")";
  }
  return text.empty() ? "none" : text;
}

}  // namespace shell
