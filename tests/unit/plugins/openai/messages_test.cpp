#include "plugins/models/openai/messages.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;

json wire(const char* message, const openai::MessageStyle& style = {}) {
  return json::parse(openai::to_wire_message(message, style));
}

TEST(WireMessage, SendsOneTextAsPlainText) {
  EXPECT_EQ(wire(R"({"role":"user","content":[{"type":"text","text":"hi"}]})"),
            json::parse(R"({"role":"user","content":"hi"})"));
  EXPECT_EQ(wire(R"({"role":"system","content":[{"type":"text","text":"s"}]})"),
            json::parse(R"({"role":"system","content":"s"})"));
}

TEST(WireMessage, SendsImagesAsDataUrls) {
  EXPECT_EQ(wire(R"({"role":"user","content":[{"type":"text","text":"see"},
                     {"type":"image","data":"QQ==","mimeType":"image/png"}]})"),
            json::parse(R"({"role":"user","content":[{"type":"text","text":"see"},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="}}]})"));
}

TEST(WireMessage, SendsReasoningBackAlsoWhenEmpty) {
  EXPECT_EQ(wire(R"({"role":"assistant","content":[{"type":"reasoning","text":""},
                     {"type":"text","text":"x"}]})"),
            json::parse(R"({"role":"assistant","reasoning_content":"","content":"x"})"));
  openai::MessageStyle style;
  style.reasoning_key = "";
  EXPECT_FALSE(wire(R"({"role":"assistant","content":[{"type":"reasoning","text":"r"},
                        {"type":"text","text":"x"}]})",
                    style)
                   .contains("reasoning_content"));
}

TEST(WireMessage, OmitsBlankTextBesideToolCalls) {
  const json message = wire(R"({"role":"assistant","content":[{"type":"text","text":" \n"}],
      "tool_calls":[{"id":"a","name":"f","arguments":{"x":1}}]})");
  EXPECT_FALSE(message.contains("content"));
  EXPECT_EQ(message.at("tool_calls").at(0),
            json::parse(
                R"({"type":"function","id":"a","function":{"name":"f","arguments":"{\"x\":1}"}})"));
}

TEST(WireMessage, NeverSendsBrokenArguments) {
  const json message = wire(R"({"role":"assistant","content":[],"tool_calls":[
      {"id":"a","name":"f","arguments_error":"cut","arguments_text":"{\"x"}]})");
  EXPECT_EQ(message.at("tool_calls").at(0).at("function").at("arguments"), "{}");
}

TEST(WireMessage, SendsToolResultsWithTheirCall) {
  EXPECT_EQ(wire(R"({"role":"tool","tool_call_id":"a","is_error":true,
                     "content":[{"type":"text","text":"no"}]})"),
            json::parse(R"({"role":"tool","tool_call_id":"a","content":"no"})"));
}

TEST(WireMessage, RefusesWhatIsNoMessage) {
  EXPECT_THROW(static_cast<void>(wire(R"({"role":"robot"})")), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(wire("{")), std::invalid_argument);
}

TEST(WireTools, WrapsFunctionsAndKeepsBuiltIns) {
  const json tools = json::parse(openai::to_wire_tools(R"([
    {"name":"f","description":"d","inputSchema":{"type":"object","properties":{"a":{}}}},
    {"name":"$web_search"}])"));
  EXPECT_EQ(tools.at(0).at("function").at("parameters").at("properties").at("a").at("type"),
            "string");
  EXPECT_EQ(tools.at(1),
            json::parse(R"({"type":"builtin_function","function":{"name":"$web_search"}})"));
}

}  // namespace
