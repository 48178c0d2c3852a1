#include "files/entry.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <sandport/error.hpp>

#include "json_access.hpp"
#include "life.hpp"

namespace sandport_e2b {
namespace {

using Json = nlohmann::json;
using sandport::Entry;
using sandport::FileType;

[[noreturn]] void damaged() {
  throw sandport::Error(SP_DATA_LOSS, "E2B: the sandbox's description of a file is damaged",
                        "BAD_REPLY");
}

std::uint32_t user_number(const std::string& name) { return name == "root" ? 0 : UINT32_MAX; }

template <class Number>
Number take_field(std::string_view& text, char separator, int base = 10) {
  Number value{};
  const auto end = text.find(separator);
  if (end == std::string_view::npos) damaged();
  std::from_chars(text.data(), text.data() + end, value, base);
  text.remove_prefix(end + 1);
  return value;
}

std::string_view take_text(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  if (end == std::string_view::npos) damaged();
  const auto field = text.substr(0, end);
  text.remove_prefix(end + 1);
  return field;
}

FileType type_of_mode(std::uint32_t mode) {
  switch (mode & 0170000u) {
    case 0100000u:
      return FileType::kRegular;
    case 0040000u:
      return FileType::kDirectory;
    case 0120000u:
      return FileType::kSymlink;
    default:
      return FileType::kOther;
  }
}

FileType type_of_letter(std::string_view letter) {
  if (letter == "f") return FileType::kRegular;
  if (letter == "d") return FileType::kDirectory;
  return letter == "l" ? FileType::kSymlink : FileType::kOther;
}

}  // namespace

EnvdEntry parse_entry(const Json& info) {
  EnvdEntry result;
  Entry& entry = result.entry;
  entry.name = text_of(info, "name");
  entry.path = text_of(info, "path");
  entry.size = static_cast<std::uint64_t>(number_of(info, "size"));
  entry.mode = static_cast<std::uint32_t>(number_of(info, "mode")) & 07777u;
  entry.uid = user_number(text_of(info, "owner"));
  entry.gid = user_number(text_of(info, "group"));
  entry.symlink_target = text_of(info, "symlinkTarget");
  if (const auto time = parse_time(text_of(info, "modifiedTime"))) {
    entry.modified_ns =
        std::chrono::duration_cast<std::chrono::nanoseconds>(time->time_since_epoch()).count();
  }
  const std::string type = text_of(info, "type");
  if (type == "FILE_TYPE_FILE") entry.type = FileType::kRegular;
  if (type == "FILE_TYPE_DIRECTORY") entry.type = FileType::kDirectory;
  // A link has its target's type, and a broken one none; the first letter tells.
  const std::string permissions = text_of(info, "permissions");
  result.link = type == "FILE_TYPE_SYMLINK" || !entry.symlink_target.empty() ||
                permissions.starts_with('L') || permissions.starts_with('l');
  if (result.link) entry.type = FileType::kSymlink;
  return result;
}

std::vector<EnvdEntry> parse_entries(std::string_view reply) {
  std::vector<EnvdEntry> entries;
  // {"entries": [ {entry} ]}: an entry is an object at depth 2.
  const auto keep = [&](int depth, Json::parse_event_t event, Json& value) {
    if (event != Json::parse_event_t::object_end || depth != 2) return true;
    entries.push_back(parse_entry(value));
    return false;
  };
  const Json json = Json::parse(reply, keep, false);
  if (!json.is_object()) damaged();
  return entries;
}

Entry parse_stat_output(const std::string& path, std::string_view output) {
  Entry entry;
  entry.path = path;
  entry.name = last_of(path);
  const auto mode = take_field<std::uint32_t>(output, ' ', 16);
  entry.type = type_of_mode(mode);
  entry.mode = mode & 07777u;
  entry.size = take_field<std::uint64_t>(output, ' ');
  entry.modified_ns = take_field<std::int64_t>(output, ' ') * 1000000000;
  entry.inode = take_field<std::uint64_t>(output, ' ');
  entry.links = take_field<std::uint32_t>(output, ' ');
  entry.uid = take_field<std::uint32_t>(output, ' ');
  entry.gid = take_field<std::uint32_t>(output, '\n');
  if (entry.type == FileType::kSymlink) entry.symlink_target = output;
  return entry;
}

std::vector<Entry> parse_list_output(std::string_view output) {
  std::vector<Entry> entries;
  while (!output.empty()) {
    Entry entry;
    entry.type = type_of_letter(take_text(output, ' '));
    entry.mode = take_field<std::uint32_t>(output, ' ', 8);
    entry.links = take_field<std::uint32_t>(output, ' ');
    entry.size = take_field<std::uint64_t>(output, ' ');
    entry.modified_ns = take_field<std::int64_t>(output, ' ') * 1000000000;
    entry.inode = take_field<std::uint64_t>(output, ' ');
    entry.uid = take_field<std::uint32_t>(output, ' ');
    entry.gid = take_field<std::uint32_t>(output, ' ');
    entry.path = take_text(output, '\0');
    entry.symlink_target = take_text(output, '\0');
    entry.name = last_of(entry.path);
    entries.push_back(std::move(entry));
  }
  return entries;
}

bool is_damaged(std::string_view name) {
  return name.find("\xEF\xBF\xBD") != std::string_view::npos;
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) return "/";
  return path.substr(0, slash);
}

std::string last_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace sandport_e2b
