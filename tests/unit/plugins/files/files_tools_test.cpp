#include <gmock/gmock.h>

#include "tests/unit/plugins/plugin_host.hpp"

namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class Files : public plugin_test::ToolTest {};

TEST_F(Files, ListsValidDefinitions) {
  make();
  const json tools = json::parse(sandport::to_view(toolset_->list(toolset_)));
  ASSERT_EQ(tools.size(), 7u);
  for (const json& tool : tools) {
    EXPECT_TRUE(tool.at("name").get<std::string>().starts_with("fs_"));
    EXPECT_EQ(tool.at("inputSchema").at("type"), "object");
    EXPECT_GT(tool.at("description").get<std::string>().size(), 20u);
  }
}

TEST_F(Files, ReadsWithLineNumbersUnderTheWorkingDirectory) {
  files().put("/work/a.txt", "one\ntwo\n");
  EXPECT_EQ(good("fs_read", {{"path", "a.txt"}}), "     1\tone\n     2\ttwo\n");
}

TEST_F(Files, SaysHowToGoOnReading) {
  files().put("/work/a", "1\n2\n3\n4\n");
  const std::string text = good("fs_read", {{"path", "a"}, {"offset", 2}, {"limit", 2}});
  EXPECT_EQ(text, "     2\t2\n     3\t3\n[lines 2 to 3 of 4 lines; go on with offset 4]\n");
}

TEST_F(Files, ReadsTheEndOfAFile) {
  files().put("/work/a", "1\n2\n3\n4\n");
  EXPECT_EQ(good("fs_read", {{"path", "a"}, {"offset", -2}}), "     3\t3\n     4\t4\n");
}

TEST_F(Files, AsksTheSandboxWhereALineOfALargeFileStarts) {
  std::string text;
  for (int i = 1; i <= 300'000; ++i) text += "line " + std::to_string(i) + "\n";
  files().put("/work/large", text);
  const auto start = text.find("line 200000\n");
  sandbox_->on_exec = [&](const sandport::ExecRequest& request) {
    EXPECT_EQ(request.argv.back(), "199999");
    return sandport::testkit::ScriptedRun{std::to_string(start) + "\n"};
  };
  const std::string shown = good("fs_read", {{"path", "large"}, {"offset", 200'000}, {"limit", 1}});
  EXPECT_THAT(shown, HasSubstr("200000\tline 200000\n"));
  EXPECT_EQ(sandbox_->commands().size(), 1u);
}

TEST_F(Files, ReadsALargeFileWhereTheSandboxHasNoTools) {
  std::string text;
  for (int i = 1; i <= 300'000; ++i) text += "line " + std::to_string(i) + "\n";
  files().put("/work/large", text);
  EXPECT_THAT(good("fs_read", {{"path", "large"}, {"offset", -1}}), HasSubstr("line 300000\n"));
}

TEST_F(Files, RefusesBinaryFilesAndSaysWhy) {
  files().put("/work/x", std::string("\x7F"
                                     "ELF\0\0",
                                     6));
  EXPECT_THAT(bad("fs_read", {{"path", "x"}}), HasSubstr("looks binary"));
}

TEST_F(Files, RefusesDirectoriesAndMissingFilesInOneLine) {
  files().put("/work/dir/x", "");
  EXPECT_THAT(bad("fs_read", {{"path", "dir"}}), HasSubstr("fs_list"));
  EXPECT_THAT(bad("fs_read", {{"path", "nothing"}}), HasSubstr("/work/nothing"));
}

TEST_F(Files, RefusesSecretsUnlessAllowed) {
  files().put("/work/.env", "KEY=value\n");
  EXPECT_THAT(bad("fs_read", {{"path", ".env"}}), Not(HasSubstr("value")));
  EXPECT_THAT(bad("fs_edit", {{"path", ".env"}, {"old_string", "a"}, {"new_string", "b"}}),
              HasSubstr("secrets"));
}

TEST_F(Files, AllowsSecretsByOption) {
  make(R"({"allow_sensitive": true})");
  files().put("/work/.env", "KEY=value\n");
  EXPECT_THAT(good("fs_read", {{"path", ".env"}}), HasSubstr("KEY=value"));
}

TEST_F(Files, HidesCrlfAndSaysSo) {
  files().put("/work/a", "one\r\ntwo\r\n");
  EXPECT_THAT(good("fs_read", {{"path", "a"}}),
              testing::AllOf(HasSubstr("\tone\n"), HasSubstr("CRLF")));
}

TEST_F(Files, CreatesAFileWithItsDirectories) {
  EXPECT_THAT(good("fs_write", {{"path", "new/dir/a"}, {"content", "x"}}), HasSubstr("Created"));
  EXPECT_EQ(files().get("/work/new/dir/a"), "x");
}

TEST_F(Files, WritesTwiceToAFileOfItsOwn) {
  good("fs_write", {{"path", "a"}, {"content", "1"}});
  EXPECT_THAT(good("fs_write", {{"path", "a"}, {"content", "2"}}), HasSubstr("Replaced"));
  EXPECT_EQ(files().get("/work/a"), "2");
}

TEST_F(Files, RefusesToReplaceWhatItHasNotRead) {
  files().put("/work/a", "precious");
  EXPECT_THAT(bad("fs_write", {{"path", "a"}, {"content", "x"}}), HasSubstr("fs_read"));
  EXPECT_EQ(files().get("/work/a"), "precious");
  good("fs_read", {{"path", "a"}});
  good("fs_write", {{"path", "a"}, {"content", "x"}});
  EXPECT_EQ(files().get("/work/a"), "x");
}

TEST_F(Files, RefusesToWriteWhatChangedSinceItWasRead) {
  files().put("/work/a", "one");
  good("fs_read", {{"path", "a"}});
  files().put("/work/a", "two");
  EXPECT_THAT(bad("fs_write", {{"path", "a"}, {"content", "x"}}), HasSubstr("changed"));
  EXPECT_THAT(bad("fs_edit", {{"path", "a"}, {"old_string", "two"}, {"new_string", "x"}}),
              HasSubstr("changed"));
  EXPECT_EQ(files().get("/work/a"), "two");
}

TEST_F(Files, KeepsTheProtectionAcrossInstances) {
  files().put("/work/a", "one");
  good("fs_read", {{"path", "a"}});
  toolset_->destroy(toolset_);
  toolset_ = nullptr;
  files().put("/work/a", "two");
  EXPECT_THAT(bad("fs_write", {{"path", "a"}, {"content", "x"}}), HasSubstr("changed"));
}

TEST_F(Files, Appends) {
  files().put("/work/a", "1\n");
  good("fs_write", {{"path", "a"}, {"content", "2\n"}, {"mode", "append"}});
  EXPECT_EQ(files().get("/work/a"), "1\n2\n");
}

TEST_F(Files, EditsAgainAfterItsOwnEdit) {
  files().put("/work/a", "one two");
  good("fs_read", {{"path", "a"}});
  good("fs_edit", {{"path", "a"}, {"old_string", "one"}, {"new_string", "1"}});
  good("fs_edit", {{"path", "a"}, {"old_string", "two"}, {"new_string", "$&"}});
  EXPECT_EQ(files().get("/work/a"), "1 $&");
}

TEST_F(Files, AppliesSeveralEditsOfOneFileInOrder) {
  files().put("/work/a", "x");
  const auto text = good("fs_multi_edit", {{"edits",
                                            {{{"path", "a"}, {"find", "x"}, {"replace", "y"}},
                                             {{"path", "a"}, {"find", "y"}, {"replace", "z"}}}}});
  EXPECT_EQ(files().get("/work/a"), "z");
  EXPECT_THAT(text, HasSubstr("2. a: applied"));
}

TEST_F(Files, WritesAFileWhollyOrNotAtAllAndTellsEachEdit) {
  files().put("/work/a", "x");
  files().put("/work/b", "x");
  const auto answer =
      invoke("fs_multi_edit", {{"edits",
                                {{{"path", "a"}, {"find", "x"}, {"replace", "y"}},
                                 {{"path", "b"}, {"find", "x"}, {"replace", "y"}},
                                 {{"path", "a"}, {"find", "missing"}, {"replace", "z"}}}}});
  EXPECT_TRUE(answer.is_error);
  EXPECT_EQ(files().get("/work/a"), "x");
  EXPECT_EQ(files().get("/work/b"), "y");
  const json& edits = answer.structured.at("edits");
  EXPECT_EQ(edits[0].at("status"), "skipped");
  EXPECT_EQ(edits[1].at("status"), "applied");
  EXPECT_EQ(edits[2].at("status"), "failed");
}

TEST_F(Files, ListsTypesAndSizes) {
  files().put("/work/a", std::string(2048, 'x'));
  files().put("/work/dir/b", "");
  EXPECT_EQ(good("fs_list", json::object()), "a  2.0 KiB\ndir/\n");
  EXPECT_THAT(good("fs_list", {{"depth", 2}}), HasSubstr("dir/b  0 B"));
}

TEST_F(Files, GlobsSortedWithALimit) {
  for (const char* name : {"c.ts", "a.ts", "sub/b.ts", "x.js"}) {
    files().put(std::string("/work/src/") + name, "");
  }
  EXPECT_EQ(good("fs_glob", {{"pattern", "src/**/*.ts"}}),
            "/work/src/a.ts\n/work/src/c.ts\n/work/src/sub/b.ts\n");
  EXPECT_THAT(good("fs_glob", {{"pattern", "**"}, {"limit", 2}}), HasSubstr("only the first 2"));
  EXPECT_EQ(good("fs_glob", {{"pattern", "*.none"}}), "Nothing matches.");
}

TEST_F(Files, GrepsWithGlobAndMode) {
  files().put("/work/a.c", "int x;\nreturn x;\n");
  files().put("/work/b.txt", "return\n");
  EXPECT_EQ(good("fs_grep", {{"pattern", "return"}, {"glob", "*.c"}}), "a.c\n2:return x;\n");
  EXPECT_EQ(
      good("fs_grep", {{"pattern", "RETURN"}, {"-i", true}, {"output_mode", "files_with_matches"}}),
      "a.c\nb.txt\n");
  EXPECT_EQ(good("fs_grep", {{"pattern", "x"}, {"path", "*.c"}, {"output_mode", "count_matches"}}),
            "a.c:2\n");
}

TEST_F(Files, RefusesOptionsThatAreNoSize) {
  std::string error;
  EXPECT_EQ(plugin_test::create(host_.get(), R"({"max_bytes": "much"})", &error), nullptr);
  EXPECT_THAT(error, HasSubstr("max_bytes"));
}

}  // namespace
