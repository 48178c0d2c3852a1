#include "process/note_scanner.hpp"

#include <gtest/gtest.h>

namespace sandport_e2b {
namespace {

using Notes = std::vector<std::string>;

TEST(E2bNoteScanner, TakesNotesOut) {
  NoteScanner scanner("k1");
  Notes notes;
  EXPECT_EQ(scanner.feed("before\x1esandport:k1:run\x1e after", &notes), "before after");
  EXPECT_EQ(notes, Notes{"run"});
  EXPECT_EQ(scanner.finish(), "");
}

TEST(E2bNoteScanner, FindsNotesThatComeInPieces) {
  const std::string text =
      "a\x1esandport:k1:exit=7\x1e"
      "b";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    NoteScanner scanner("k1");
    Notes notes;
    std::string output = scanner.feed(text.substr(0, cut), &notes);
    output += scanner.feed(text.substr(cut), &notes);
    output += scanner.finish();
    EXPECT_EQ(output, "ab") << cut;
    EXPECT_EQ(notes, Notes{"exit=7"}) << cut;
  }
}

TEST(E2bNoteScanner, OutputThatOnlyLooksLikeANoteIsOutput) {
  NoteScanner scanner("k1");
  Notes notes;
  const std::string other = "\x1esandport:k2:exit=0\x1e";
  // Its last byte may be the first of a note.
  EXPECT_EQ(scanner.feed(other, &notes), other.substr(0, other.size() - 1));
  EXPECT_EQ(scanner.feed("y", &notes), "\x1ey");
  const std::string endless = "\x1esandport:k1:" + std::string(500, 'z');
  EXPECT_EQ(scanner.feed(endless, &notes), endless);
  EXPECT_TRUE(notes.empty());
}

TEST(E2bNoteScanner, WhatWasHeldBackComesAtTheEnd) {
  NoteScanner scanner("k1");
  Notes notes;
  EXPECT_EQ(scanner.feed("x\x1esand", &notes), "x");
  EXPECT_EQ(scanner.finish(), "\x1esand");
}

}  // namespace
}  // namespace sandport_e2b
