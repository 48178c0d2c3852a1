#include "core/policy/rule.hpp"

#include "tests/unit/core/policy/policy_testing.hpp"

namespace sandport::testing {
namespace {

std::pair<std::string, std::size_t> problem_of(const char* text) {
  const auto rule = parse_rule(text);
  const auto* problem = std::get_if<RuleProblem>(&rule);
  return problem == nullptr ? std::pair<std::string, std::size_t>{"", 999}
                            : std::pair{problem->message, problem->offset};
}

TEST(Rule, IsAToolOrAToolWithAPattern) {
  const auto parsed = rules({"fs_*", " bash_run( git push * ) ", "t(*)", "web(a(b))"});
  ASSERT_EQ(parsed.size(), 4U);
  EXPECT_TRUE(parsed[0].is_for("fs_read"));
  EXPECT_TRUE(parsed[0].matches_every_call());
  EXPECT_EQ(parsed[1].text(), "bash_run( git push * )");
  EXPECT_EQ(parsed[1].pattern(), "git push *");
  EXPECT_FALSE(parsed[1].matches_every_call());
  EXPECT_TRUE(parsed[2].matches_every_call());
  EXPECT_EQ(parsed[3].pattern(), "a(b)");
}

TEST(Rule, SaysWhereItIsWrong) {
  EXPECT_EQ(problem_of("").second, 0U);
  EXPECT_EQ(problem_of("bash run(x)").second, 4U);
  EXPECT_EQ(problem_of("  (x)").second, 2U);
  EXPECT_EQ(problem_of("bash_run(git push").second, 17U);
  EXPECT_EQ(problem_of("bash_run(git) x").second, 13U);
  EXPECT_EQ(problem_of("bash_run()").second, 9U);
  EXPECT_EQ(problem_of(" bash_run( a && b)").second, 13U);
  EXPECT_EQ(problem_of("bash_run(echo 'a && b')").first, "");
  EXPECT_EQ(problem_of("other(a && b)").first, "");
}

TEST(NormalPath, CannotBeLedAstrayByDots) {
  EXPECT_EQ(normal_path("a/./b//c", "/w"), "/w/a/b/c");
  EXPECT_EQ(normal_path("../../../etc/x", "/w"), "/etc/x");
  EXPECT_EQ(normal_path("/a/../..", "/w"), "/");
  EXPECT_EQ(normal_path(".", "/w"), "/w");
  EXPECT_EQ(normal_path("~/x/../y", "/w"), std::string(1, kUnknownText) + "/y");
  EXPECT_EQ(normal_path("~u/../../etc", "/w"), std::string(1, kUnknownText));
}

}  // namespace
}  // namespace sandport::testing
