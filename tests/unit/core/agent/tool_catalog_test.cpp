#include "core/agent/tool_catalog.hpp"

#include "tests/unit/core/agent/agent_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<Toolset> toolset(const std::vector<std::string>& names) {
  auto tools = std::make_shared<FakeTools>();
  for (const std::string& name : names) tools->add(name, {});
  return tools;
}

TEST(ToolCatalog, FindsToolsOfAllToolsets) {
  const ToolCatalog catalog({toolset({"a", "b"}), toolset({"c"})});
  ASSERT_NE(catalog.find("c"), nullptr);
  EXPECT_EQ(catalog.find("c")->definition->name, "c");
  EXPECT_EQ(catalog.find("d"), nullptr);
  EXPECT_EQ(catalog.find(""), nullptr);
  EXPECT_EQ(*catalog.json(), R"([{"name":"a","inputSchema":{"type":"object"}},)"
                             R"({"name":"b","inputSchema":{"type":"object"}},)"
                             R"({"name":"c","inputSchema":{"type":"object"}}])");
}

TEST(ToolCatalog, RefusesTwoToolsOfOneName) {
  try {
    const ToolCatalog catalog({toolset({"a"}), toolset({"a"})});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kInvalidArgument);
    EXPECT_THAT(error.what(), HasSubstr("tool named a"));
  }
}

TEST(ToolCatalog, NamesTheNearestToolsFirst) {
  const ToolCatalog catalog({toolset({"todo_read", "fs_write", "fs_read", "bash_run"})});
  EXPECT_THAT(catalog.unknown_tool("fs_reed"), HasSubstr("names are `fs_read`"));
  EXPECT_THAT(catalog.unknown_tool("run_bash"), HasSubstr("`bash_run`"));
  EXPECT_LT(catalog.unknown_tool(std::string(1'000'000, 'x')).size(), 300U);
}

TEST(ToolCatalog, MayBeEmpty) {
  const ToolCatalog catalog({});
  EXPECT_EQ(*catalog.json(), "[]");
  EXPECT_THAT(catalog.unknown_tool("x"), HasSubstr("you have no tools"));
}

}  // namespace
}  // namespace sandport::testing
