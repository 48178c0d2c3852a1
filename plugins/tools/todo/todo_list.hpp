// A list of things to do: its rules, its JSON and how it is shown.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace todo {

enum class Status { kPending, kInProgress, kCompleted };

struct Item {
  std::string id;
  std::string title;
  Status status = Status::kPending;
  std::string notes;
};

using List = std::vector<Item>;

// Throws std::invalid_argument, one line for the model: an id that occurs twice, an empty id or
// title, an unknown status, more than one item in progress.
[[nodiscard]] List parse_list(const nlohmann::json& todos);

[[nodiscard]] nlohmann::json to_json(const List& list);

// One line per item, and how many are done.
[[nodiscard]] std::string to_text(const List& list);

}  // namespace todo
