#include "metadata.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <nlohmann/json.hpp>
#include <tuple>

#include "files/file_system.hpp"
#include "posix_error.hpp"
#include "process/private_files.hpp"
#include "process/process_directory.hpp"

namespace sandport_local {
namespace {

constexpr const char* kFileName = "sandbox.json";

bool is_id(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Paths are bytes and JSON is not: what is no UTF-8 is written byte by byte.
nlohmann::json path_to_json(const std::string& path) {
  return nlohmann::json(std::vector<unsigned char>(path.begin(), path.end()));
}

std::string path_from_json(const nlohmann::json& json) {
  const auto bytes = json.get<std::vector<unsigned char>>();
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::string MetadataStore::new_id() { return "local-" + random_name(); }

void MetadataStore::make_directory(const std::string& id) const {
  std::error_code ignored;
  std::filesystem::create_directories(directory_, ignored);
  ::chmod(directory_.c_str(), 0700);
  const auto path = directory_of(id);
  if (::mkdir(path.c_str(), 0700) != 0) throw_errno(printable(path.native()));
}

void MetadataStore::save(const Metadata& metadata) const {
  const nlohmann::json json{{"version", 1},
                            {"root", path_to_json(metadata.root)},
                            {"work_dir", path_to_json(metadata.work_dir)},
                            {"owned", metadata.owner == Owner::kSandbox},
                            {"created_at", metadata.created_at},
                            {"labels", metadata.labels}};
  write_private_file(directory_of(metadata.id) / kFileName, json.dump());
}

std::optional<Metadata> MetadataStore::load(const std::string& id) const {
  if (!is_id(id)) return std::nullopt;
  const auto text = read_small_file(directory_of(id) / kFileName);
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    Metadata metadata;
    metadata.id = id;
    metadata.root = path_from_json(json.at("root"));
    metadata.work_dir = path_from_json(json.at("work_dir"));
    metadata.owner = json.at("owned").get<bool>() ? Owner::kSandbox : Owner::kUser;
    metadata.created_at = json.at("created_at").get<std::string>();
    metadata.labels = json.at("labels").get<std::map<std::string, std::string>>();
    return metadata;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::vector<Metadata> MetadataStore::all() const {
  std::vector<Metadata> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    auto metadata = load(entry.path().filename().native());
    if (metadata) found.push_back(std::move(*metadata));
  }
  std::sort(found.begin(), found.end(), [](const Metadata& left, const Metadata& right) {
    return std::tie(left.created_at, left.id) < std::tie(right.created_at, right.id);
  });
  return found;
}

void MetadataStore::dispose(const std::string& id) const {
  if (!is_id(id)) return;
  const auto own = directory_of(id);
  struct stat status {};
  if (::lstat(own.c_str(), &status) != 0) return;
  kill_kept_processes(processes_of(id));
  // The metadata goes last, so that an interrupted dispose can be repeated.
  const Roots roots({{.path = directory_.native()}});
  for (const char* part : {"processes", "root"}) {
    try {
      remove_tree(roots, std::filesystem::canonical(directory_).native() + "/" + id + "/" + part,
                  Permissions::kOverride);
    } catch (const PosixError& error) {
      if (error.number() != ENOENT) throw;
    }
  }
  remove_tree(roots, std::filesystem::canonical(directory_).native() + "/" + id,
              Permissions::kOverride);
}

std::string now_rfc3339() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace sandport_local
