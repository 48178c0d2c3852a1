// Files as envd and as the sandbox's own tools describe them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <sandport/entry.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sandport_e2b {

struct EnvdEntry {
  EnvdEntry() = default;

  sandport::Entry entry;  // a link's own type, and the rest as envd has it
  bool link = false;
};

// From an EntryInfo.
[[nodiscard]] EnvdEntry parse_entry(const nlohmann::json& info);

// The entries of a ListDir answer, without ever having all of its JSON in memory twice. Throws
// sandport::Error SP_DATA_LOSS.
[[nodiscard]] std::vector<EnvdEntry> parse_entries(std::string_view reply);

// From the output of the program kStat in file_scripts.hpp. Throws sandport::Error SP_DATA_LOSS.
[[nodiscard]] sandport::Entry parse_stat_output(const std::string& path, std::string_view output);
// From that of kList.
[[nodiscard]] std::vector<sandport::Entry> parse_list_output(std::string_view output);

// Whether a name came through JSON in a damaged form: it was no UTF-8.
[[nodiscard]] bool is_damaged(std::string_view name);

[[nodiscard]] std::string parent_of(const std::string& path);
[[nodiscard]] std::string last_of(const std::string& path);

}  // namespace sandport_e2b
