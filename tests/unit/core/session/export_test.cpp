#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/core/session/session_testing.hpp"

namespace sandport::testing {
namespace {

using nlohmann::json;

TEST(Export, GivesOneJsonObjectALineWithTheVersionFirst) {
  const TemporaryDirectory home;
  SessionStore store({.directory = home.path()});
  const SessionLease session = run(store.create({}));
  Event text = call_finished("a");
  text.attachment = "long\ntext é";
  Event binary = event("note", "not json");
  binary.attachment = std::string("\xff\x00\x01\x02", 4);
  run(store.append(session, {user_message("go"), text, binary}));

  std::ostringstream output;
  export_session(store, session.session_id(), output);
  std::istringstream input(output.str());
  std::vector<json> lines;
  for (std::string line; std::getline(input, line);) {
    lines.push_back(json::parse(line));
  }
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0]["schema_version"], 1);
  EXPECT_EQ(lines[0]["id"], session.session_id());
  EXPECT_EQ(lines[0]["title"], "go");
  EXPECT_EQ(lines[0]["state"], "running");
  EXPECT_TRUE(lines[0]["parent"].is_null());
  EXPECT_EQ(lines[1]["type"], "session_started");
  EXPECT_EQ(lines[2]["seq"], 2);
  EXPECT_EQ(lines[2]["payload"]["message"]["content"][0]["text"], "go");
  EXPECT_EQ(lines[3]["attachment"]["data"], text.attachment);
  EXPECT_EQ(lines[4]["attachment"]["encoding"], "base64");
  EXPECT_EQ(lines[4]["attachment"]["data"], "/wABAg==");
  EXPECT_EQ(lines[4]["payload"], "not json");
}

TEST(Export, ReportsAnOutputThatFails) {
  const TemporaryDirectory home;
  SessionStore store({.directory = home.path()});
  const SessionLease session = run(store.create({}));
  std::ostringstream output;
  output.setstate(std::ios::badbit);
  EXPECT_EQ(error_of([&] { export_session(store, session.session_id(), output); }).first,
            Code::kResourceExhausted);
}

}  // namespace
}  // namespace sandport::testing
