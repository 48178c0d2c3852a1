#include "build_record.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "../files/files_hash.hpp"
#include "../files/unique_file.hpp"
#include "../model/request_body.hpp"

namespace e2b_template {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kShownBytes = 200;

// Ids come from the service: nothing of them may name another file.
std::string file_name(const std::string& id) {
  const bool plain =
      !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
      });
  return plain ? id + ".json" : std::string();
}

Json to_json(const Place& place) {
  return {{"file", place.file}, {"line", place.line}, {"column", place.column}};
}

Place to_place(const Json& json) {
  return {json.value("file", ""), json.value("line", 0U), json.value("column", 0U)};
}

void write_file(const std::string& folder, const std::string& name, const Json& json) {
  if (folder.empty() || name.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  std::string path = folder + "/.new-XXXXXX";
  const UniqueFile file{mkostemp(path.data(), O_CLOEXEC)};  // 0600
  if (!file) return;
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  const bool written =
      ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!written || rename(path.c_str(), (folder + '/' + name).c_str()) != 0) unlink(path.c_str());
}

Json read_file(const std::string& folder, const std::string& name) {
  if (folder.empty() || name.empty()) return nullptr;
  std::ifstream file(folder + '/' + name, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return nullptr;
  return Json::parse(text.str(), nullptr, /*allow_exceptions=*/false);
}

}  // namespace

BuildRecord make_record(const Template& made, BuildIds ids) {
  BuildRecord record;
  record.ids = std::move(ids);
  record.name = made.name;
  record.base_place = made.base_place;
  record.start_place = made.start_place;
  for (const Step& step : made.steps) {
    StepRecord kept{step.type, {}, step.place};
    for (const std::string& arg : step.args) {
      if (!arg.empty()) kept.text += (kept.text.empty() ? "" : " ") + arg;
      // Values may be secrets of the user's own.
      if (step.type == "ENV") break;
    }
    if (kept.text.size() > kShownBytes) kept.text = kept.text.substr(0, kShownBytes) + "…";
    record.steps.push_back(std::move(kept));
  }
  return record;
}

void BuildRecords::save(const BuildRecord& record) const {
  if (directory_.empty()) return;
  Json json{{"template_id", record.ids.template_id},
            {"build_id", record.ids.build_id},
            {"name", record.name},
            {"base", to_json(record.base_place)},
            {"start", to_json(record.start_place)},
            {"steps", Json::array()}};
  for (const StepRecord& step : record.steps) {
    json["steps"].push_back(
        {{"type", step.type}, {"text", step.text}, {"place", to_json(step.place)}});
  }
  write_file(directory_ + "/builds", file_name(record.ids.build_id), json);
}

std::optional<BuildRecord> BuildRecords::find(const std::string& build_id) const {
  if (directory_.empty()) return std::nullopt;
  try {
    const Json json = read_file(directory_ + "/builds", file_name(build_id));
    if (!json.is_object()) return std::nullopt;
    BuildRecord record;
    record.ids = {json.value("template_id", ""), json.value("build_id", "")};
    record.name = json.value("name", "");
    record.base_place = to_place(json.at("base"));
    record.start_place = to_place(json.at("start"));
    for (const Json& step : json.at("steps")) {
      record.steps.push_back(
          {step.value("type", ""), step.value("text", ""), to_place(step.at("place"))});
    }
    return record;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

void BuildRecords::save_built(const std::string& digest, const BuildIds& ids) const {
  if (directory_.empty()) return;
  const Json json{{"template_id", ids.template_id}, {"build_id", ids.build_id}};
  write_file(directory_ + "/built", file_name(digest), json);
}

std::optional<BuildIds> BuildRecords::find_built(const std::string& digest) const {
  if (directory_.empty()) return std::nullopt;
  try {
    const Json json = read_file(directory_ + "/built", file_name(digest));
    if (!json.is_object()) return std::nullopt;
    return BuildIds{json.at("template_id").get<std::string>(),
                    json.at("build_id").get<std::string>()};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::string content_digest(const Template& made, const std::string& api_url) {
  const Json content{{"url", api_url},
                     {"create", create_body(made)},
                     {"start", start_body(made, Credentials::kMasked)}};
  return text_hash(content.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace e2b_template
