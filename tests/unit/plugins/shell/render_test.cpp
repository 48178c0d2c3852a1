#include "plugins/tools/shell/render.hpp"

#include <gmock/gmock.h>
#include <sandport/utf8.hpp>

namespace {

using shell::HeadTail;
using shell::render;
using shell::render_text;
using testing::HasSubstr;

std::string rendered(std::string_view bytes, std::size_t head = 100, std::size_t tail = 100) {
  HeadTail output(head, tail);
  output.append(bytes);
  return render(output);
}

TEST(Render, LeavesTextAsItIs) { EXPECT_EQ(rendered("héllo\n\tworld\n"), "héllo\n\tworld\n"); }

TEST(Render, LeavesOutColoursAndTitles) {
  EXPECT_EQ(render_text("\x1b[1;31mred\x1b[0m \x1b]0;title\x07plain"), "red plain");
}

TEST(Render, ShowsTheLastStateOfAProgressLine) {
  EXPECT_EQ(render_text("10%\r50%\r100%\ndone\r\n"), "100%\ndone\n");
}

TEST(Render, EscapesBytesThatAreNoText) {
  EXPECT_EQ(render_text("a\xFF\x01z and more of plain text"),
            "a\\xff\\x01z and more of plain text");
}

TEST(Render, DescribesBinaryOutput) {
  EXPECT_THAT(rendered(std::string_view("\x7F"
                                        "ELF\0\0\0\0",
                                        8)),
              HasSubstr("binary output of 8 bytes, which begins with 7f 45 4c 46"));
}

TEST(Render, SaysHowMuchIsLeftOut) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "line\n";
  const std::string shown = rendered(text, 10, 10);
  EXPECT_THAT(shown, HasSubstr("480 bytes in 96 lines left out"));
}

TEST(Render, IsValidUtf8WhereverTheCutFalls) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "aé漢🙂";
  for (std::size_t head = 20; head < 40; ++head) {
    const std::string shown = rendered(text, head, head + 1);
    EXPECT_TRUE(sandport::is_utf8(shown));
    EXPECT_EQ(shown.find("\\x"), std::string::npos) << "no half character is left";
  }
}

}  // namespace
