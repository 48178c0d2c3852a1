#include "host/command/batch_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "core/agent/stream_json.hpp"
#include "core/error.hpp"
#include "core/json_text.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) { return json_text(json) + '\n'; }

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

std::vector<BatchItem> read_batch(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Error(Code::kInvalidArgument, path + ": cannot open the input file");
  std::vector<BatchItem> items;
  std::set<std::string> ids;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("prompt") || !json["prompt"].is_string()) {
      throw Error(Code::kInvalidArgument,
                  fmt::format("{}:{}: expected an object with a \"prompt\", such as "
                              "{{\"id\": \"a1\", \"prompt\": \"Say hello\"}}",
                              path, number));
    }
    BatchItem item;
    item.id = json.contains("id") ? text_of(json["id"]) : std::to_string(number);
    item.prompt = json["prompt"].get<std::string>();
    if (!ids.insert(item.id).second) {
      throw Error(Code::kInvalidArgument,
                  fmt::format("{}:{}: the id \"{}\" stands twice; results could not be told apart",
                              path, number, item.id));
    }
    items.push_back(std::move(item));
  }
  return items;
}

BatchResults::BatchResults(std::string path) : path_(std::move(path)) {
  bool whole_lines = true;
  if (std::ifstream earlier(path_); earlier) {
    std::size_t number = 0;
    for (std::string line; std::getline(earlier, line);) {
      ++number;
      // A run that was killed may have left half a line at the end.
      whole_lines = !earlier.eof();
      const Json json = Json::parse(line, nullptr, false);
      if (json.is_object() && json.contains("id")) {
        if (json.value("reason", "") == "finished") finished_.insert(text_of(json["id"]));
      } else if (whole_lines) {
        throw Error(Code::kInvalidArgument,
                    fmt::format("{}:{}: this is no batch result; name another --output file", path_,
                                number));
      }
    }
  }
  const mode_t before = umask(0077);
  file_.open(path_, std::ios::app | std::ios::binary);
  umask(before);
  if (!file_) throw Error(Code::kInvalidArgument, path_ + ": cannot write the output file");
  if (!whole_lines) file_ << '\n';
}

void BatchResults::add(const BatchItem& item, const std::string& session_id,
                       const TurnResult& result) {
  write(line_of({{"schema_version", kStreamJsonVersion},
                 {"id", item.id},
                 {"session_id", session_id},
                 {"reason", turn_end_name(result.end)},
                 {"text", result.text},
                 {"message", result.message},
                 {"steps", result.steps},
                 {"usage",
                  {{"input_tokens", result.usage.input_tokens},
                   {"output_tokens", result.usage.output_tokens}}}}));
}

void BatchResults::add_failure(const BatchItem& item, const std::string& message) {
  write(line_of({{"schema_version", kStreamJsonVersion},
                 {"id", item.id},
                 {"session_id", nullptr},
                 {"reason", "failed"},
                 {"text", ""},
                 {"message", message},
                 {"steps", 0}}));
}

void BatchResults::write(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (!(file_ << line << std::flush)) {
    throw Error(Code::kResourceExhausted, path_ + ": cannot write a result: is the disk full?");
  }
}

}  // namespace sandport
