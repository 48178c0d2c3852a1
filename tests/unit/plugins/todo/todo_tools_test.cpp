#include <gmock/gmock.h>

#include "tests/unit/plugins/plugin_host.hpp"

namespace {

using nlohmann::json;
using testing::HasSubstr;

class Todo : public plugin_test::ToolTest {};

TEST_F(Todo, KeepsTheListInTheSession) {
  EXPECT_EQ(good("todo_read", json::object()), "The todo list is empty.");
  const json todos = json::parse(R"([{"id": "a", "title": "Test it", "status": "in_progress"}])");
  good("todo_write", {{"todos", todos}});
  toolset_->destroy(toolset_);
  toolset_ = nullptr;  // another process resumes the session
  const auto answer = invoke("todo_read", json::object());
  EXPECT_EQ(answer.text, "[>] a: Test it\n0 of 1 completed.");
  EXPECT_EQ(answer.structured.at("todos"), todos);
}

TEST_F(Todo, KeepsTheOldListWhenTheNewOneIsRefused) {
  good("todo_write", {{"todos", json::parse(R"([{"id": "a", "title": "old"}])")}});
  EXPECT_THAT(bad("todo_write", {{"todos", json::parse(R"([{"id": "a", "title": "x"},
                                                            {"id": "a", "title": "y"}])")}}),
              HasSubstr("The list is unchanged"));
  EXPECT_THAT(good("todo_read", json::object()), HasSubstr("old"));
}

}  // namespace
