#include "plugins/tools/todo/todo_list.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string refusal(const char* todos) {
  try {
    static_cast<void>(todo::parse_list(json::parse(todos)));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(TodoList, SurvivesTheWayToJsonAndBack) {
  const json todos = json::parse(R"([{"id":"1","title":"a","status":"completed"},
    {"id":"2","title":"b","status":"in_progress","notes":"n"}])");
  EXPECT_EQ(todo::to_json(todo::parse_list(todos)), todos);
}

TEST(TodoList, ShowsStatusAndProgress) {
  const auto list = todo::parse_list(json::parse(
      R"([{"id":"1","title":"write","status":"completed"},{"id":"2","title":"test"}])"));
  EXPECT_EQ(todo::to_text(list), "[x] 1: write\n[ ] 2: test\n1 of 2 completed.");
}

TEST(TodoList, RefusesAnIdThatOccursTwice) {
  EXPECT_THAT(refusal(R"([{"id":"1","title":"a"},{"id":"1","title":"b"}])"),
              HasSubstr("\"1\" occurs twice"));
}

TEST(TodoList, RefusesTwoItemsInProgress) {
  EXPECT_THAT(refusal(R"([{"id":"1","title":"a","status":"in_progress"},
                          {"id":"2","title":"b","status":"in_progress"}])"),
              HasSubstr("more than one"));
}

TEST(TodoList, NamesTheItemWithAnUnknownStatus) {
  EXPECT_THAT(refusal(R"([{"id":"7","title":"a","status":"done"}])"),
              HasSubstr("\"7\": status \"done\""));
}

TEST(TodoList, RefusesItemsWithoutIdOrTitle) {
  EXPECT_THAT(refusal(R"([{"title":"a"}])"), HasSubstr("id"));
  EXPECT_THAT(refusal(R"([{"id":"1","title":""}])"), HasSubstr("title"));
}

}  // namespace
