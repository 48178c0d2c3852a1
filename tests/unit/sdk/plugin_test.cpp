#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/plugin.hpp>
#include <sandport/testkit/testkit.hpp>

#include <memory>
#include <string>
#include <vector>

namespace {

using sandport::Error;
using sandport::Host;
using sandport::Tool;

std::vector<Tool> make_tools(Host, std::string_view config) {
  if (config == "bad") throw Error(SP_INVALID_ARGUMENT, "a bad config");
  return {};
}
std::unique_ptr<sandport::Toolset> make_toolset(Host, std::string_view) {
  return std::make_unique<sandport::Toolset>(std::vector<Tool>{});
}

}  // namespace

SANDPORT_PLUGIN("com.example.test", "1.2.3", "MIT", "A test",
                sandport::toolset_kind<make_tools>("one", "First", R"({"type":"object"})"),
                sandport::toolset_kind<make_toolset>("two", "Second", "{}", R"({"a":1})"))

namespace {

sp_code create(const char* kind, const char* name, const char* config, void** out,
               sp_error* error) {
  static sandport::testkit::FakeHost host;
  return sandport_v1.create(host.get(), sandport::to_str(kind), sandport::to_str(name),
                            sandport::to_str(config), out, error);
}

TEST(Plugin, DescribesItselfWithoutRunning) {
  EXPECT_EQ(sandport_v1.struct_size, sizeof(sp_plugin));
  EXPECT_EQ(sandport_v1.min_host_minor, 0u);
  EXPECT_EQ(sandport::to_view(sandport_v1.id), "com.example.test");
  EXPECT_EQ(sandport::to_view(sandport_v1.version), "1.2.3");
  ASSERT_EQ(sandport_v1.kind_count, 2u);
  EXPECT_EQ(sandport::to_view(sandport_v1.kinds[0]->name), "one");
  EXPECT_EQ(sandport::to_view(sandport_v1.kinds[1]->summary), "Second");
  EXPECT_EQ(sandport::to_view(sandport_v1.kinds[1]->capabilities), R"({"a":1})");
  EXPECT_EQ(sandport_v1.kinds[1]->struct_size, sizeof(sp_kind));
}

TEST(Plugin, MakesInstancesOfItsKinds) {
  for (const auto* name : {"one", "two"}) {
    void* out = nullptr;
    EXPECT_EQ(create("toolset", name, "{}", &out, nullptr), SP_OK);
    ASSERT_NE(out, nullptr);
    auto* toolset = static_cast<sp_toolset*>(out);
    EXPECT_EQ(sandport::to_view(toolset->list(toolset)), "[]");
    toolset->destroy(toolset);
  }
}

TEST(Plugin, RefusesWhatItDoesNotHave) {
  void* out = nullptr;
  EXPECT_EQ(create("toolset", "three", "{}", &out, nullptr), SP_UNIMPLEMENTED);
  EXPECT_EQ(create("model", "one", "{}", &out, nullptr), SP_UNIMPLEMENTED);
  EXPECT_EQ(out, nullptr);
}

TEST(Plugin, ReportsWhyAnInstanceCannotBeMade) {
  void* out = nullptr;
  sandport::detail::ErrorSlot slot;
  const auto code = create("toolset", "one", "bad", &out, &slot);
  EXPECT_EQ(code, SP_INVALID_ARGUMENT);
  try {
    slot.check(code, "create");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "a bad config");
  }
}

}  // namespace
