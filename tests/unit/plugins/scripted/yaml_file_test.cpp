#include "plugins/models/scripted/yaml_file.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using scripted::read_yaml_file;
using testing::AllOf;
using testing::HasSubstr;

class ScriptFile : public testing::Test {
 protected:
  std::string write(std::string_view text) {
    const auto path = std::filesystem::path(testing::TempDir()) /
                      ("script_" + std::to_string(getpid()) + ".yaml");
    std::ofstream(path) << text;
    return path.string();
  }
};

TEST_F(ScriptFile, TakesAListForTheTurns) {
  EXPECT_EQ(read_yaml_file(write("- text: hi\n  expect: [{index: 0, is_error: false}]\n")),
            json::parse(R"({"turns":[{"text":"hi","expect":[{"index":0,"is_error":false}]}]})"));
}

TEST_F(ScriptFile, KeepsQuotedNumbersAsText) {
  EXPECT_EQ(read_yaml_file(write("turns: [{text: '42'}]")),
            json::parse(R"({"turns":[{"text":"42"}]})"));
}

TEST_F(ScriptFile, NamesFileAndLineOfAMistake) {
  const std::string path = write("a: 1\nb: [\n");
  try {
    static_cast<void>(read_yaml_file(path));
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr(path + ":3:1"));
  }
}

TEST_F(ScriptFile, SaysThatAFileIsMissing) {
  EXPECT_THROW(static_cast<void>(read_yaml_file("/nowhere/script.yaml")), std::invalid_argument);
}

}  // namespace
