#include "core/agent/session_memory.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"

namespace sandport::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(SessionMemory, GivesBackWhatWasSet) {
  SessionMemory memory;
  std::string value = "before";
  EXPECT_FALSE(memory.get("todos", value));
  EXPECT_EQ(value, "before");
  memory.set("todos", "one");
  memory.set("todos", "two");
  EXPECT_TRUE(memory.get("todos", value));
  EXPECT_EQ(value, "two");
}

TEST(SessionMemory, IsRebuiltFromItsEvents) {
  SessionMemory first;
  first.set("a", "1\n\"quoted\"");
  first.set("b", "2");
  first.set("a", "3");
  SessionMemory second;
  for (const Event& event : first.take_changes()) second.apply(event);
  std::string value;
  EXPECT_TRUE(second.get("a", value));
  EXPECT_EQ(value, "3");
  EXPECT_TRUE(second.get("b", value));
  EXPECT_THAT(second.take_changes(), IsEmpty());
}

TEST(SessionMemory, TellsEachChangeOnce) {
  SessionMemory memory;
  memory.set("a", "1");
  EXPECT_THAT(memory.take_changes(), SizeIs(1));
  EXPECT_THAT(memory.take_changes(), IsEmpty());
}

TEST(SessionMemory, IgnoresOtherEventsAndBrokenOnes) {
  SessionMemory memory;
  memory.apply(Event("note", R"({"key":"a","value":"1"})"));
  memory.apply(Event("state_changed", "nonsense"));
  memory.apply(Event("state_changed", R"({"key":1,"value":[]})"));
  std::string value;
  EXPECT_FALSE(memory.get("a", value));
}

TEST(SessionMemory, RefusesValuesOverAMebibyte) {
  SessionMemory memory;
  memory.set("a", std::string(std::size_t{1} << 20, 'x'));
  EXPECT_THROW(memory.set("a", std::string((std::size_t{1} << 20) + 1, 'x')), Error);
}

}  // namespace
}  // namespace sandport::testing
