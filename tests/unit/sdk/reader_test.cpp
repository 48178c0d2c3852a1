#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/bytes_reader.hpp>
#include <sandport/mailbox.hpp>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "tests/unit/sdk/operation_fixture.hpp"

namespace sandport {
namespace {

using testkit::RecordingSink;

Task<std::string> read_all(Reader reader, std::size_t most = 1 << 20) {
  co_return co_await reader.read_all(most);
}

TEST(Reader, ReadsAStringInPieces) {
  auto run = [](Reader reader) -> Task<std::string> {
    std::string pieces;
    while (auto piece = co_await reader.next(4)) pieces += "[" + *piece + "]";
    co_return pieces;
  };
  EXPECT_EQ(sync_wait(run(Reader{make_reader("0123456789")})), "[0123][4567][89]");
}

TEST(Reader, RefusesMoreThanAllowed) {
  EXPECT_THROW(sync_wait(read_all(Reader{make_reader("12345")}, 4)), Error);
  EXPECT_EQ(sync_wait(read_all(Reader{make_reader("1234")}, 4)), "1234");
}

TEST(Reader, WaitsForAPullThatTakesItsTime) {
  Mailbox<std::string> source;
  RecordingSink sink;
  tests::start(sink, [&](Emitter&) {
    return read_all(Reader{make_reader(Pull{[source]() mutable { return source.next(); }})});
  });
  source.push("slow ");
  source.push("bytes");
  EXPECT_FALSE(sink.done());
  source.close();
  EXPECT_EQ(sink.wait(), SP_OK);
  EXPECT_EQ(sink.result(), "slow bytes");
}

TEST(Reader, CancelEndsAReadThatWaits) {
  Mailbox<std::string> source;
  RecordingSink sink;
  tests::start(sink, [&](Emitter&) {
    return read_all(Reader{make_reader(Pull{[source]() mutable { return source.next(); }})});
  });
  sink.cancel();
  EXPECT_EQ(sink.wait(), SP_CANCELLED);
  source.push("too late");
}

TEST(Reader, ReportsASourceThatBroke) {
  auto broken = Pull{[]() -> Task<std::optional<std::string>> {
    co_await check_cancelled();
    throw Error(SP_UNAVAILABLE, "gone");
  }};
  try {
    sync_wait(read_all(Reader{make_reader(std::move(broken))}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), SP_DATA_LOSS);
  }
}

TEST(Mailbox, BringsValuesFromAnotherThreadInOrder) {
  Mailbox<int> box;
  auto sum = [](Mailbox<int> from) -> Task<long> {
    long total = 0;
    int expected = 0;
    while (auto value = co_await from.next()) {
      if (*value == expected++) total += *value;
    }
    co_return total;
  };
  std::thread sender{[box]() mutable {
    for (int i = 0; i < 1000; ++i) box.push(i);
    box.close();
  }};
  EXPECT_EQ(sync_wait(sum(box)), 499'500);
  sender.join();
}

}  // namespace
}  // namespace sandport
