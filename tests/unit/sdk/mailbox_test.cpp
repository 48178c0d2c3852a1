#include <gtest/gtest.h>
#include <sandport/mailbox.hpp>

#include <exception>
#include <string>

#include "tests/unit/sdk/operation_fixture.hpp"

namespace sandport {
namespace {

TEST(OneShot, BringsTheFirstValue) {
  OneShot<int> shot;
  shot.set(1);
  shot.set(2);
  EXPECT_EQ(sync_wait(shot.get()), 1);
}

TEST(OneShot, ThrowsTheFailure) {
  OneShot<int> shot;
  shot.fail(std::make_exception_ptr(Error(SP_ABORTED, "no")));
  EXPECT_THROW(sync_wait(shot.get()), Error);
}

TEST(OneShot, CancelEndsAWait) {
  OneShot<std::string> shot;
  testkit::RecordingSink sink;
  tests::start(sink, [&](Emitter&) { return shot.get(); });
  EXPECT_FALSE(sink.done());
  sink.cancel();
  EXPECT_EQ(sink.wait(), SP_CANCELLED);
  shot.set("too late");
}

TEST(Mailbox, BringsWhatIsLeftAfterClose) {
  Mailbox<int> box;
  box.push(1);
  box.close();
  box.push(2);
  EXPECT_EQ(sync_wait(box.next()), 1);
  EXPECT_EQ(sync_wait(box.next()), std::nullopt);
}

}  // namespace
}  // namespace sandport
