// Both directions at once: a sandbox of ours, lent through the ABI, adapted back to core.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>

#include "host/plugin/adapt.hpp"
#include "host/plugin/adapt/lent_sandbox.hpp"
#include "host/plugin/adapt/sandbox.hpp"
#include "host/plugin/adapt/text.hpp"
#include "testing.hpp"
#include "testing_sandbox.hpp"

namespace sandport::adapt {
namespace {

using sandport::testing::run_to_end;
using sandport::testing::TemporaryDirectory;
using sandport::testing::TestingSandbox;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RoundTripTest : public ::testing::Test {
 protected:
  // Runs work on the sandbox as it comes back out of the ABI.
  template <typename T>
  T with_sandbox(std::function<Task<T>(Sandbox&)> work) {
    return run_to_end(run<T>(std::move(work)));
  }

  template <typename T>
  Task<T> run(std::function<Task<T>(Sandbox&)> work) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto lent = std::make_shared<LentSandbox>(inner_, directory_.path(), executor);
    auto monitor = std::make_shared<PluginMonitor>(
        "com.example.loop", OperationLimits{},
        [this](const Misbehaviour& fault) { faults_.push_back(fault.rule); });
    std::optional<T> result;
    {
      const auto parent = std::make_shared<PluginObject>(monitor);
      const auto object = std::make_shared<SandboxObject>(lent->abi(), parent);
      const auto outer = adapt_sandbox(object, inner_.info());
      result.emplace(co_await work(*outer));
    }
    co_await monitor->drained();
    co_await lent->finish();
    co_return std::move(*result);
  }

  TemporaryDirectory directory_;
  TestingSandbox inner_;
  std::vector<std::string> faults_;
};

TEST_F(RoundTripTest, WritesReadsAndListsFiles) {
  const auto content = with_sandbox<std::string>([](Sandbox& sandbox) -> Task<std::string> {
    std::string big(300000, 'x');
    big += std::string("\0\xff\r\n", 4);
    auto stream = std::make_unique<StringStream>(big);
    const auto entry = co_await sandbox.files().write("a file.bin", std::move(stream), big.size(),
                                                      WriteMode::kReplace);
    EXPECT_EQ(entry.size, big.size());
    EXPECT_EQ(entry.name, "a file.bin");
    EXPECT_EQ(entry.type, FileType::kRegular);
    const auto entries = co_await sandbox.files().list(".", 1);
    EXPECT_EQ(entries.size(), 1U);
    const auto reader = co_await sandbox.files().read("./sub/../a file.bin", 1, kWholeFile);
    auto back = co_await read_all(*reader);
    EXPECT_EQ(back, big.substr(1));
    co_return back;
  });
  EXPECT_EQ(content.size(), 300003U);
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_F(RoundTripTest, KeepsErrorsWithTheirReasons) {
  const auto reason = with_sandbox<std::string>([](Sandbox& sandbox) -> Task<std::string> {
    try {
      (void)co_await sandbox.files().read("/nowhere/at/all", 0, kWholeFile);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::kNotFound);
      co_return error.reason();
    }
    co_return "no error";
  });
  EXPECT_EQ(reason, "ENOENT");
}

TEST_F(RoundTripTest, RunsProcessesWithSeparateStreamsAndExitCodes) {
  const auto output = with_sandbox<std::string>([](Sandbox& sandbox) -> Task<std::string> {
    ExecRequest request;
    request.argv = {"sh", "-c", "echo out; echo err >&2; echo \"$GREETING\"; exit 7"};
    request.env = {{"GREETING", "hello"}};
    const auto process = co_await sandbox.exec(request);
    EXPECT_EQ(process->pid(), 4711);
    const auto status = co_await process->wait();
    EXPECT_EQ(status.exit_code, 7);
    std::string out;
    std::string err;
    while (auto chunk = co_await process->next_output()) {
      (chunk->channel == OutputChannel::kStdout ? out : err) += chunk->bytes;
    }
    EXPECT_EQ(err, "err\n");
    co_await process->signal(9);  // nothing: it has ended
    try {
      co_await process->write_stdin("late");
      ADD_FAILURE() << "wrote to a process that has ended";
    } catch (const Error& error) {
      EXPECT_EQ(error.reason(), "EPIPE");
    }
    co_return out;
  });
  EXPECT_EQ(output, "out\nhello\n");
}

TEST_F(RoundTripTest, RefusesAnEmptyCommand) {
  const auto code = with_sandbox<int>([](Sandbox& sandbox) -> Task<int> {
    try {
      ExecRequest nothing;
      (void)co_await sandbox.exec(nothing);
    } catch (const Error& error) {
      co_return static_cast<int>(error.code());
    }
    co_return 0;
  });
  EXPECT_EQ(code, static_cast<int>(Code::kInvalidArgument));
}

TEST_F(RoundTripTest, AlwaysHasSearch) {
  directory_.write("src/a.txt", "needle\n");
  const auto paths = with_sandbox<std::vector<std::string>>(
      [this](Sandbox& sandbox) -> Task<std::vector<std::string>> {
        EXPECT_TRUE(sandbox.has_native_search());
        GrepRequest request;
        request.root = directory_.path();
        request.pattern = "needle";
        const auto matches = co_await grep(sandbox, request);
        EXPECT_EQ(matches.size(), 1U);
        EXPECT_EQ(matches.at(0).line, "needle");
        GlobRequest everywhere;
        everywhere.root = directory_.path();
        everywhere.pattern = "**/*.txt";
        co_return co_await glob(sandbox, everywhere);
      });
  EXPECT_THAT(paths, ElementsAre(directory_.path() + "/src/a.txt"));
}

TEST_F(RoundTripTest, CarriesTheSmallOperations) {
  const auto url = with_sandbox<std::string>([](Sandbox& sandbox) -> Task<std::string> {
    const auto info = co_await sandbox.refresh();
    EXPECT_EQ(info.id, "testing-1");
    const auto processes = co_await sandbox.processes();
    EXPECT_EQ(processes.at(0).tag, "tag");
    EXPECT_EQ(processes.at(0).exit_code, 3);
    const auto port = co_await sandbox.host_url(8080);
    EXPECT_EQ(port.headers.at("x-access"), "yes");
    EXPECT_EQ(sandbox.pause_extension(), nullptr);
    try {
      co_await sandbox.dispose();
      ADD_FAILURE() << "a lent sandbox was disposed of";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::kPermissionDenied);
    }
    co_return port.url;
  });
  EXPECT_EQ(url, "http://localhost:8080");
}

TEST_F(RoundTripTest, AToolThatKeepsTheSandboxIsToldThatTheCallIsOver) {
  boost::asio::io_context context;
  auto lent = std::make_shared<LentSandbox>(inner_, "/tmp", context.get_executor());
  auto ended = boost::asio::co_spawn(context, lent->finish(), boost::asio::use_future);
  context.run();
  ended.get();
  const auto monitor = std::make_shared<PluginMonitor>("x.y", OperationLimits{}, nullptr);
  const auto object =
      std::make_shared<SandboxObject>(lent->abi(), std::make_shared<PluginObject>(monitor));
  const auto outer = adapt_sandbox(object, inner_.info());
  try {
    (void)run_to_end(outer->refresh());
    FAIL() << "still lent";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kFailedPrecondition);
    EXPECT_THAT(error.what(), HasSubstr("call is over"));
  }
}

}  // namespace
}  // namespace sandport::adapt
