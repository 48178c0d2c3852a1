#include "todo_list.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace todo {
namespace {

using Json = nlohmann::json;

Status parse_status(const std::string& text, const std::string& id) {
  if (text == "pending") return Status::kPending;
  if (text == "in_progress") return Status::kInProgress;
  if (text == "completed") return Status::kCompleted;
  throw std::invalid_argument("todo \"" + id + "\": status \"" + text +
                              "\" is unknown; use pending, in_progress or completed");
}

const char* status_name(Status status) {
  switch (status) {
    case Status::kInProgress:
      return "in_progress";
    case Status::kCompleted:
      return "completed";
    case Status::kPending:
      break;
  }
  return "pending";
}

const char* mark(Status status) {
  switch (status) {
    case Status::kInProgress:
      return "[>] ";
    case Status::kCompleted:
      return "[x] ";
    case Status::kPending:
      break;
  }
  return "[ ] ";
}

std::string text_of(const Json& item, const char* key) {
  const auto found = item.find(key);
  return found != item.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Item parse_item(const Json& json) {
  if (!json.is_object()) throw std::invalid_argument("each todo must be an object");
  Item item;
  item.id = text_of(json, "id");
  item.title = text_of(json, "title");
  item.notes = text_of(json, "notes");
  if (item.id.empty()) throw std::invalid_argument("each todo needs an id that is not empty");
  if (item.title.empty()) {
    throw std::invalid_argument("todo \"" + item.id + "\" needs a title that is not empty");
  }
  item.status =
      parse_status(json.contains("status") ? text_of(json, "status") : "pending", item.id);
  return item;
}

std::size_t count(const List& list, Status status) {
  return static_cast<std::size_t>(std::count_if(
      list.begin(), list.end(), [&](const Item& item) { return item.status == status; }));
}

}  // namespace

List parse_list(const Json& todos) {
  if (!todos.is_array()) throw std::invalid_argument("todos must be an array");
  List list;
  std::set<std::string> ids;
  for (const Json& json : todos) {
    list.push_back(parse_item(json));
    if (!ids.insert(list.back().id).second) {
      throw std::invalid_argument("the id \"" + list.back().id +
                                  "\" occurs twice; give every todo its own");
    }
  }
  if (count(list, Status::kInProgress) > 1) {
    throw std::invalid_argument(
        "more than one todo is in_progress; keep one and set the others to pending");
  }
  return list;
}

Json to_json(const List& list) {
  Json todos = Json::array();
  for (const Item& item : list) {
    Json json{{"id", item.id}, {"title", item.title}, {"status", status_name(item.status)}};
    if (!item.notes.empty()) json["notes"] = item.notes;
    todos.push_back(std::move(json));
  }
  return todos;
}

std::string to_text(const List& list) {
  if (list.empty()) return "The todo list is empty.";
  std::string text;
  for (const Item& item : list) {
    text += mark(item.status) + item.id + ": " + item.title + '\n';
    if (!item.notes.empty()) text += "    " + item.notes + '\n';
  }
  return text + std::to_string(count(list, Status::kCompleted)) + " of " +
         std::to_string(list.size()) + " completed.";
}

}  // namespace todo
