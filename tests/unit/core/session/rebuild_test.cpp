#include "core/session/rebuild.hpp"

#include <gmock/gmock.h>

#include "tests/unit/core/session/session_testing.hpp"

namespace sandport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Log {
 public:
  Log& add(Event added) {
    added.seq = ++seq_;
    rebuilder.add(added);
    return *this;
  }
  // Each message as its role and, for a result, the id of its call.
  std::vector<std::string> messages() {
    std::vector<std::string> names;
    history = rebuilder.finish();
    for (const TranscriptMessage& message : history.transcript.messages()) {
      switch (message.role) {
        case Role::kSystem:
          names.emplace_back("system");
          break;
        case Role::kUser:
          names.emplace_back("user");
          break;
        case Role::kAssistant:
          names.emplace_back("assistant");
          break;
        case Role::kTool:
          names.push_back("tool " + message.tool_call_id);
          break;
      }
    }
    return names;
  }

  Rebuilder rebuilder;
  Rebuilt history;

 private:
  std::uint64_t seq_ = 0;
};

TEST(Rebuild, GivesEachMessageAsItWasWritten) {
  const std::string text =
      R"({"role":"user","zeta":1.50,"content":[{"type":"text","text":"é\n"}],"alpha":null})";
  Log log;
  log.add(event("user_message", R"({"message":)" + text + "}"));
  EXPECT_THAT(log.messages(), ElementsAre("user"));
  EXPECT_EQ(*log.history.transcript.messages()[0].json,
            R"({"role":"user","zeta":1.5,"content":[{"type":"text","text":"é\n"}],"alpha":null})");
}

TEST(Rebuild, PutsResultsInTheOrderOfTheCalls) {
  Log log;
  log.add(user_message("go")).add(assistant_message({"a", "b", "c"}));
  log.add(call_started("a")).add(call_started("b")).add(call_started("c"));
  log.add(call_finished("c")).add(call_finished("a")).add(call_finished("b"));
  EXPECT_THAT(log.rebuilder.repairs(), IsEmpty());
  log.add(assistant_message()).add(turn_finished());
  EXPECT_THAT(log.messages(),
              ElementsAre("user", "assistant", "tool a", "tool b", "tool c", "assistant"));
  EXPECT_EQ(log.history.turn, TurnState::kResting);
}

TEST(Rebuild, TellsTheModelOfCallsThatWereInterruptedOrNeverBegan) {
  Log log;
  log.add(user_message("go")).add(assistant_message({"a", "b", "c"}));
  log.add(call_started("a")).add(call_finished("a")).add(call_started("b"));
  const auto repairs = log.rebuilder.repairs();
  ASSERT_EQ(repairs.size(), 2U);
  EXPECT_EQ(repairs[0].type, "tool_call_interrupted");
  EXPECT_THAT(repairs[0].payload_json, HasSubstr(R"("id":"b")"));
  EXPECT_THAT(repairs[0].payload_json, HasSubstr("outcome is unknown"));
  EXPECT_THAT(repairs[0].payload_json, HasSubstr("not run again"));
  EXPECT_THAT(repairs[1].payload_json, HasSubstr(R"("id":"c")"));
  EXPECT_THAT(repairs[1].payload_json, HasSubstr("was not started"));
  log.add(repairs[0]).add(repairs[1]);
  EXPECT_THAT(log.rebuilder.repairs(), IsEmpty());
  EXPECT_THAT(log.messages(), ElementsAre("user", "assistant", "tool a", "tool b", "tool c"));
  EXPECT_THAT(*log.history.transcript.messages()[3].json, HasSubstr(R"("is_error":true)"));
  EXPECT_EQ(log.history.turn, TurnState::kOpen);
}

TEST(Rebuild, ClosesCallsThatAnEarlierRunLeftOpen) {
  Log log;
  log.add(user_message("go")).add(assistant_message({"a"})).add(user_message("and?"));
  EXPECT_THAT(log.messages(), ElementsAre("user", "assistant", "tool a", "user"));
}

TEST(Rebuild, IgnoresAResultThatNothingAskedFor) {
  Log log;
  log.add(user_message("go")).add(call_finished("x")).add(assistant_message({"a"}));
  log.add(call_finished("a")).add(call_finished("a"));
  EXPECT_THAT(log.messages(), ElementsAre("user", "assistant", "tool a"));
}

TEST(Rebuild, MatchesRepeatedIdsInOrder) {
  Log log;
  log.add(user_message("go")).add(assistant_message({"a", "a"}));
  log.add(call_finished("a", "first")).add(call_finished("a", "second"));
  EXPECT_THAT(log.messages(), ElementsAre("user", "assistant", "tool a", "tool a"));
  EXPECT_THAT(*log.history.transcript.messages()[3].json, HasSubstr("second"));
}

TEST(Rebuild, CountsTheStepsOfTheOpenTurn) {
  Log log;
  log.add(user_message("one")).add(assistant_message()).add(turn_finished());
  log.add(user_message("two")).add(assistant_message({"a"})).add(call_finished("a"));
  log.add(assistant_message({"b"})).add(call_finished("b")).add(event("step_started"));
  (void)log.messages();
  EXPECT_EQ(log.history.turn, TurnState::kOpen);
  EXPECT_EQ(log.history.steps_in_turn, 2U);
  EXPECT_EQ(log.history.last_seq, 9U);
}

TEST(Rebuild, KnowsWhereTheHistoryMayBeCut) {
  Log log;
  log.add(event("session_started"));
  EXPECT_FALSE(log.rebuilder.at_safe_point());
  log.add(user_message("go"));
  EXPECT_TRUE(log.rebuilder.at_safe_point());
  log.add(assistant_message({"a", "b"}));
  EXPECT_FALSE(log.rebuilder.at_safe_point());
  log.add(call_finished("a"));
  EXPECT_FALSE(log.rebuilder.at_safe_point());
  log.add(call_finished("b"));
  EXPECT_TRUE(log.rebuilder.at_safe_point());
  log.add(assistant_message({"c"}));
  EXPECT_EQ(log.rebuilder.finish().last_safe_seq, 5U);
}

TEST(Rebuild, KnowsACallThatStartedWhileItsReplyStreamed) {
  Log log;
  log.add(user_message("go")).add(call_started("a"));
  EXPECT_FALSE(log.rebuilder.at_safe_point());
  log.add(assistant_message({"a", "b"}));
  const auto repairs = log.rebuilder.repairs();
  ASSERT_EQ(repairs.size(), 2U);
  EXPECT_THAT(repairs[0].payload_json, HasSubstr(R"("started":true)"));
  EXPECT_THAT(repairs[1].payload_json, HasSubstr(R"("started":false)"));
}

TEST(Rebuild, TakesAResultFromBeforeTheReply) {
  Log log;
  log.add(user_message("go")).add(call_started("a")).add(call_finished("a", "early"));
  log.add(assistant_message({"a"}));
  EXPECT_THAT(log.rebuilder.repairs(), IsEmpty());
  EXPECT_THAT(log.messages(), ElementsAre("user", "assistant", "tool a"));
  EXPECT_THAT(*log.history.transcript.messages()[2].json, HasSubstr("early"));
}

TEST(Rebuild, GivesCallsWhoseReplyWasNeverRecordedAMessage) {
  Log log;
  log.add(user_message("go")).add(call_started("a")).add(call_started("b"));
  log.add(call_finished("b"));
  const auto repairs = log.rebuilder.repairs();
  ASSERT_EQ(repairs.size(), 2U);
  EXPECT_EQ(repairs[0].type, "assistant_message");
  EXPECT_EQ(repairs[1].type, "tool_call_interrupted");
  EXPECT_THAT(repairs[1].payload_json, HasSubstr(R"("id":"a")"));
  for (const Event& repair : repairs) log.add(repair);
  EXPECT_THAT(log.rebuilder.repairs(), IsEmpty());
  EXPECT_TRUE(log.rebuilder.at_safe_point());
  EXPECT_THAT(log.messages(), ElementsAre("user", "assistant", "tool a", "tool b"));
}

TEST(Rebuild, ShowsSuchCallsAlsoBeforeTheyAreRepaired) {
  Log log;
  log.add(user_message("go")).add(call_started("a"));
  EXPECT_THAT(log.messages(), ElementsAre("user", "assistant", "tool a"));
}

TEST(Rebuild, NamesTheEventThatCannotBeRead) {
  for (const char* payload : {"", "[]", "{}", R"({"message":{"role":"wizard"}})",
                              R"({"message":{"role":"assistant","tool_calls":[{"id":"a"}]}})"}) {
    Log log;
    log.add(user_message("go"));
    const auto [code, text] = error_of([&] { log.add(event("assistant_message", payload)); });
    EXPECT_EQ(code, Code::kDataLoss) << payload;
    EXPECT_THAT(text, HasSubstr("event 2 (assistant_message)"));
  }
}

}  // namespace
}  // namespace sandport::testing
