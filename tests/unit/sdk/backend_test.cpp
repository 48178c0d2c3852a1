// A backend written with the SDK, used through the SDK's view of a lent sandbox: both sides of the
// boundary at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sandport/plugin.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/sdk/operation_fixture.hpp"

namespace sandport {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testkit::FakeHost;
using testkit::LentSandbox;
using testkit::MemorySandbox;
using testkit::RecordingSink;
using testkit::ScriptedRun;

struct SandboxTest : testing::Test {
  SandboxTest() {
    auto made = std::make_unique<MemorySandbox>();
    sandbox = made.get();
    lent = std::make_unique<LentSandbox>(std::move(made));
  }
  [[nodiscard]] SandboxView view() const { return SandboxView{lent->get()}; }

  MemorySandbox* sandbox = nullptr;
  std::unique_ptr<LentSandbox> lent;
};

sp_code code_of(auto&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code();
  }
  return SP_OK;
}

TEST_F(SandboxTest, RunsACommandWithItsOutputAndExitCode) {
  sandbox->on_exec = [](const ExecRequest&) { return ScriptedRun{"out", "err", 3}; };
  auto request = ExecRequest::shell("make");
  request.env = {{"A", "1"}};
  request.cwd = "/work";
  request.timeout = std::chrono::seconds{2};
  const auto result = sync_wait(view().run(std::move(request)));
  EXPECT_EQ(result.exit.exit_code, 3);
  EXPECT_FALSE(result.exit.ok());
  EXPECT_EQ(result.out.text(), "out");
  EXPECT_EQ(result.err.text(), "err");
  const auto seen = sandbox->commands().at(0);
  EXPECT_THAT(seen.argv, ElementsAre("/bin/sh", "-c", "make"));
  EXPECT_EQ(seen.env.at(0).second, "1");
  EXPECT_EQ(seen.cwd, "/work");
  EXPECT_EQ(seen.timeout, std::chrono::seconds{2});
  EXPECT_EQ(seen.on_cancel, OnCancel::kKill);
}

TEST_F(SandboxTest, SignalsARunningProcess) {
  sandbox->on_exec = [](const ExecRequest&) { return ScriptedRun{.runs_until_signal = true}; };
  auto run = [](SandboxView box) -> Task<ExitStatus> {
    auto process = co_await box.exec(ExecRequest::shell("sleep 9"));
    auto started = co_await process.next();
    if (!started || started->channel != SP_CHANNEL_STARTED) throw Error(SP_INTERNAL, "no start");
    co_await process.write_stdin("input");
    co_await process.signal(9);
    co_return co_await process.wait();
  };
  const auto exit = sync_wait(run(view()));
  EXPECT_EQ(exit.reason, ExitReason::kKilled);
  EXPECT_EQ(exit.signal, 9);
}

TEST_F(SandboxTest, WritesAndReadsFilesByteForByte) {
  const std::string bytes{"a\0b\xFF\r\n", 6};
  const auto entry = sync_wait(view().write("/work/new/file", bytes, {.parents = true}));
  EXPECT_EQ(entry.path, "/work/new/file");
  EXPECT_EQ(entry.size, 6u);
  EXPECT_EQ(sync_wait(view().read_all("/work/new/file", 100)), bytes);
  EXPECT_EQ(sync_wait(view().stat("/work/new")).type, FileType::kDirectory);
}

TEST_F(SandboxTest, ReadsLargeFilesInEventsWithinTheLimit) {
  const std::string large(1'000'000, 'x');
  sandbox->memory().put("/large", large);
  auto run = [](SandboxView box) -> Task<std::pair<std::size_t, std::size_t>> {
    auto stream = co_await box.read("/large");
    std::size_t longest = 0;
    std::size_t total = 0;
    while (auto event = co_await stream.next()) {
      longest = std::max(longest, event->payload.size());
      total += event->payload.size();
    }
    co_await stream.result();
    co_return std::pair{longest, total};
  };
  const auto [longest, total] = sync_wait(run(view()));
  EXPECT_EQ(total, large.size());
  EXPECT_LE(longest, 256u * 1024u);
  EXPECT_EQ(code_of([&] { sync_wait(view().read_all("/large", 999'999)); }), SP_RESOURCE_EXHAUSTED);
}

TEST_F(SandboxTest, FileErrorsCarryErrnosName) {
  try {
    sync_wait(view().read_all("/missing", 10));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), SP_NOT_FOUND);
    EXPECT_EQ(error.reason(), "ENOENT");
  }
  sandbox->memory().put("/x", "");
  EXPECT_EQ(code_of([&] { sync_wait(view().write("/x", "", {.exclusive = true})); }),
            SP_ALREADY_EXISTS);
}

TEST_F(SandboxTest, ListsRenamesRemovesAndMakesDirectories) {
  sandbox->memory().put("/d/a", "1");
  sandbox->memory().put("/d/sub/b", "2");
  EXPECT_EQ(sync_wait(view().list("/d")).size(), 2u);
  EXPECT_EQ(sync_wait(view().list("/d", 2)).size(), 3u);
  sync_wait(view().rename("/d/a", "/d/z"));
  EXPECT_EQ(sandbox->memory().get("/d/z"), "1");
  sync_wait(view().set_mode("/d/z", 0600));
  EXPECT_EQ(sync_wait(view().stat("/d/z")).mode, 0600u);
  EXPECT_EQ(code_of([&] { sync_wait(view().remove("/d")); }), SP_FAILED_PRECONDITION);
  sync_wait(view().remove("/d", RemoveMode::kRecursive));
  sync_wait(view().mkdir("/e/f", {.parents = true}));
  EXPECT_TRUE(sandbox->memory().has("/e/f"));
}

TEST_F(SandboxTest, FindsFilesAndText) {
  sandbox->memory().put("/w/a.cpp", "int x;\nreturn x;\n");
  sandbox->memory().put("/w/sub/b.cpp", "return 1;\n");
  sandbox->memory().put("/w/c.txt", "return\n");
  GlobRequest glob;
  glob.root = "/w";
  glob.pattern = "**/*.cpp";
  EXPECT_THAT(sync_wait(view().glob(glob)), ElementsAre("/w/a.cpp", "/w/sub/b.cpp"));
  GrepRequest grep;
  grep.root = "/w";
  grep.pattern = "^return";
  grep.glob = "*.cpp";
  const auto matches = sync_wait(view().grep(grep));
  ASSERT_EQ(matches.size(), 2u);
  EXPECT_EQ(matches[0].path, "/w/a.cpp");
  EXPECT_EQ(matches[0].number, 2u);
  EXPECT_EQ(matches[0].line, "return x;");
}

TEST_F(SandboxTest, LacksWhatTheBackendDoesNotOffer) {
  EXPECT_EQ(view().extension<sp_sandbox_pty>(SP_SANDBOX_PTY), nullptr);
  EXPECT_EQ(code_of([&] { sync_wait(view().host_url(80)); }), SP_UNIMPLEMENTED);
}

TEST_F(SandboxTest, ARefusedWriteLeavesTheReaderWithItsCaller) {
  static int releases;
  releases = 0;
  sp_reader reader{sizeof(sp_reader),
                   [](sp_reader*, void*, std::size_t) -> std::int64_t { return 0; },
                   [](sp_reader*, void (*)(void*), void*) {}, [](sp_reader*) { ++releases; }};
  struct Refusing : MemorySandbox {
    FileSystem& files() override { throw Error(SP_UNAVAILABLE, "asleep"); }
  };
  const LentSandbox refusing{std::make_unique<Refusing>()};
  auto* raw = refusing.get();
  const auto* fs = static_cast<const sp_fs*>(raw->get_extension(raw, SP_FS));
  RecordingSink sink;
  EXPECT_EQ(sink.start([&](sp_sink* at, sp_op** op, sp_error* error) {
    return fs->write(raw, to_str("/x"), 0, 0, &reader, 0, at, op, error);
  }),
            SP_UNAVAILABLE);
  EXPECT_EQ(releases, 0);
  RecordingSink accepted;
  auto* good = lent->get();
  accepted.start([&](sp_sink* at, sp_op** op, sp_error* error) {
    return fs->write(good, to_str("/x"), 0, 0, &reader, 0, at, op, error);
  });
  EXPECT_EQ(accepted.wait(), SP_OK);
  EXPECT_EQ(releases, 1);
}

class SlowCloud : public Backend {
 public:
  explicit SlowCloud(Host host) : host_(host) {}
  std::string capabilities() const override { return R"({"extensions":[]})"; }
  void validate(std::string_view spec) override {
    if (spec.empty()) throw Error(SP_INVALID_ARGUMENT, "an empty spec");
  }
  Task<CreatedSandbox> create(std::string) override {
    // Once the request is out, a machine is paid for: no cancel may lose it.
    co_await shield(sleep_for(host_, std::chrono::seconds{1}));
    co_return CreatedSandbox{std::make_unique<MemorySandbox>(), R"({"id":"memory"})"};
  }
  Task<CreatedSandbox> connect(std::string id, std::string) override {
    throw Error(SP_NOT_FOUND, "there is no sandbox " + id);
  }
  Task<std::string> list(std::string) override { co_return R"({"sandboxes":[]})"; }
  Task<void> dispose(std::string) override { co_return; }

 private:
  Host host_;
};

std::unique_ptr<Backend> make_cloud(Host host, std::string_view) {
  return std::make_unique<SlowCloud>(host);
}

TEST(BackendTest, ACreateThatLosesToCancelStillDeliversItsSandbox) {
  FakeHost host;
  auto* backend = static_cast<sp_backend*>(
      backend_kind<make_cloud>("slow", "", "{}").make(Host{host.get()}, "{}"));
  {
    RecordingSink sink;
    sink.start([&](sp_sink* at, sp_op** op, sp_error* error) {
      return backend->create(backend, to_str("{}"), at, op, error);
    });
    sink.cancel();
    EXPECT_FALSE(sink.done());
    host.clock().advance(std::chrono::seconds{1});
    EXPECT_EQ(sink.wait(), SP_OK);
    EXPECT_EQ(sink.result(), R"({"id":"memory"})");
    auto* sandbox = static_cast<sp_sandbox*>(sink.object());
    ASSERT_NE(sandbox, nullptr);
    EXPECT_EQ(to_string(sandbox->id(sandbox)), "memory");
    sandbox->close(sandbox);
  }
  EXPECT_THAT(to_string(backend->capabilities(backend)), HasSubstr("extensions"));
  EXPECT_EQ(backend->validate(backend, to_str(""), nullptr), SP_INVALID_ARGUMENT);
  RecordingSink missing;
  EXPECT_EQ(missing.start([&](sp_sink* at, sp_op** op, sp_error* error) {
    return backend->connect(backend, to_str("nope"), to_str("{}"), at, op, error);
  }),
            SP_NOT_FOUND);
  backend->destroy(backend);
}

TEST(CappedText, KeepsHeadAndTail) {
  CappedText text{3, 3};
  text.append("ab");
  text.append("cdefgh");
  text.append("ij");
  EXPECT_EQ(text.text("…"), "abc…hij");
  EXPECT_EQ(text.total(), 10u);
  EXPECT_EQ(text.omitted(), 4u);
  CappedText all;
  all.append("everything");
  EXPECT_EQ(all.text(), "everything");
  EXPECT_EQ(all.omitted(), 0u);
}

}  // namespace
}  // namespace sandport
