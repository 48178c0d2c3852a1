#include "core/session/redact.hpp"

#include <gtest/gtest.h>

namespace sandport {
namespace {

// A redactor with no regard for JSON.
std::string cut(std::string text) {
  const auto at = text.find("secret\"");
  return at == std::string::npos ? text : text.replace(at, 7, "***");
}

TEST(RedactJson, LeavesTextWithoutSecretsAlone) {
  EXPECT_EQ(redact_json(cut, R"({"b": 1,  "a": "x"})"), R"({"b": 1,  "a": "x"})");
  EXPECT_EQ(redact_json({}, "{}"), "{}");
}

TEST(RedactJson, KeepsTheTextJsonWhenTheRedactorBreaksIt) {
  EXPECT_EQ(redact_json(cut, R"({"b":["my secret\" is"],"a":"secret"})"),
            R"({"b":["my *** is"],"a":"secret"})");
}

}  // namespace
}  // namespace sandport
