// What the seeds never tested but their tools need: the list under the checklist.
#include <gmock/gmock.h>

#include <csignal>
#include <future>
#include <numeric>

#include "tests/conformance/backend_under_test.hpp"

namespace sandport::conformance {
namespace {

using EdgeConformance = BackendTest;

// A pattern that no line end, encoding or buffer size can hide a change of.
std::string binary(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 12345;
  for (char& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

TEST_P(EdgeConformance, BinaryInputAndOutput) {
  const std::string bytes = binary(1 << 20);
  EXPECT_TRUE(run({"cat"}, bytes).out == bytes);
}

TEST_P(EdgeConformance, ALineLongerThanAnyBuffer) {
  const Ran ran = sh("head -c 300000 /dev/zero | tr '\\0' x");
  EXPECT_EQ(ran.out.size(), 300000u);
  EXPECT_EQ(ran.out.find_first_not_of('x'), std::string::npos);
}

TEST_P(EdgeConformance, KillingTakesTheWholeTree) {
  ExecRequest request;
  request.argv = {"/bin/sh", "-c",
                  "setsid sh -c 'echo $$ > daemon; exec sleep 600' & sleep 600 & wait"};
  request.cwd = dir();
  const auto process = wait(sandbox().exec(request));
  // The file is there when the child is.
  const Ran found = sh("while [ ! -s daemon ]; do :; done; cat daemon");
  wait(process->signal(SIGKILL));
  wait(process->wait());
  const std::string pid = found.out.substr(0, found.out.find('\n'));
  const Ran gone = sh("n=0; while kill -0 " + pid +
                      " 2>/dev/null && [ $n -lt 100000 ]; do n=$((n+1)); done; kill -0 " + pid +
                      " 2>/dev/null && echo alive || echo gone");
  EXPECT_EQ(gone.out, "gone\n");
}

TEST_P(EdgeConformance, ErrorsHaveTheirErrno) {
  EXPECT_EQ(error_of(files().stat(path("missing"))).reason(), "ENOENT");
  EXPECT_EQ(error_of(files().stat(path("missing"))).code(), Code::kNotFound);
  write(path("file"), "");
  EXPECT_EQ(error_of(files().list(path("file"))).reason(), "ENOTDIR");
  wait(files().mkdir(path("directory")));
  EXPECT_THROW(read(path("directory")), Error);
  try {
    read(path("directory"));
  } catch (const Error& error) {
    EXPECT_EQ(error.reason(), "EISDIR");
  }
}

TEST_P(EdgeConformance, ManyAtOnce) {
  std::vector<std::future<Ran>> running;
  for (int i = 0; i < 16; ++i) {
    running.push_back(
        std::async(std::launch::async, [this, i] { return sh("echo " + std::to_string(i)); }));
  }
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(running[static_cast<std::size_t>(i)].get().out, std::to_string(i) + "\n");
  }
}

TEST_P(EdgeConformance, AHundredMegabytesThereAndBack) {
  const std::string bytes = binary(100 << 20);
  write(path("large"), bytes);
  EXPECT_EQ(wait(files().stat(path("large"))).size, bytes.size());
  EXPECT_TRUE(read(path("large")) == bytes);
  EXPECT_EQ(read(path("large"), 50 << 20, 3), bytes.substr(50 << 20, 3));
}

TEST_P(EdgeConformance, AppendsDoNotLoseEachOther) {
  std::vector<std::future<void>> running;
  for (int writer = 0; writer < 8; ++writer) {
    running.push_back(std::async(std::launch::async, [this, writer] {
      for (int i = 0; i < 20; ++i) {
        write(path("log"), std::string(1, static_cast<char>('a' + writer)) + "\n",
              WriteMode::kAppend);
      }
    }));
  }
  for (auto& writer : running) writer.get();
  EXPECT_EQ(read(path("log")).size(), 8u * 20u * 2u);
}

TEST_P(EdgeConformance, NamesAreBytes) {
  const std::vector<std::string> odd{"new\nline", "quote'\"", "$(touch x)",         "-rf",
                                     "\xff\xfe",  "ünïcödé",  std::string(255, 'n')};
  for (const std::string& name : odd) write(path(name), name);
  std::vector<std::string> expected = odd;
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(names(dir()), expected);
  for (const std::string& name : odd) EXPECT_EQ(read(path(name)), name);
}

TEST_P(EdgeConformance, GrepFindsTextThroughTheSandboxsOwnTools) {
  wait(files().mkdir(path("sub")));
  write(path("a.txt"), "first\nneedle here\nlast\n");
  write(path("sub/b.txt"), "no\nNEEDLE\n");
  GrepRequest request;
  request.root = dir();
  request.pattern = "needle";
  auto matches = wait(grep(sandbox(), request));
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(matches[0].path, path("a.txt"));
  EXPECT_EQ(matches[0].number, 2u);
  EXPECT_EQ(matches[0].line, "needle here");
  request.letter_case = LetterCase::kIgnore;
  EXPECT_EQ(wait(grep(sandbox(), request)).size(), 2u);
}

TEST_P(EdgeConformance, ASandboxIsFoundAgainByItsIdAndLabel) {
  write(path("kept"), "still here");
  const std::string id = sandbox().id();
  const auto again = wait(backend().connect(id, SandboxSpec{}));
  EXPECT_EQ(again->id(), id);
  EXPECT_EQ(wait(again->files().stat(path("kept"))).size, 10u);

  SandboxSpec spec;
  spec.labels = {{"purpose", "conformance"}};
  const auto labelled = wait(backend().create(spec));
  SandboxFilter filter;
  filter.labels = spec.labels;
  const SandboxPage page = wait(backend().list(filter));
  ASSERT_EQ(page.sandboxes.size(), 1u);
  EXPECT_EQ(page.sandboxes[0].id, labelled->id());
  wait(backend().dispose(labelled->id()));
  EXPECT_TRUE(wait(backend().list(filter)).sandboxes.empty());
  EXPECT_EQ(error_of(backend().connect(labelled->id(), SandboxSpec{})).code(), Code::kNotFound);
}

TEST_P(EdgeConformance, AWatchSeesWhatChanges) {
  const auto watch = wait(sandbox().watch(dir(), WatchDepth::kRecursive));
  ASSERT_EQ(wait(watch->next())->type, WatchEventType::kReady);
  write(path("seen"), "x");
  for (;;) {
    const auto event = wait(watch->next());
    ASSERT_TRUE(event);
    if (event->path == path("seen")) break;
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, EdgeConformance, testing::ValuesIn(backend_cases()),
                         [](const auto& entry) { return entry.param.name; });

}  // namespace
}  // namespace sandport::conformance
