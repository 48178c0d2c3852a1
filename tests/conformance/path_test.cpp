// Paths: A1 to A4, B1, E1 and E2 of the checklist.
#include <gmock/gmock.h>

#include "core/sandbox/path.hpp"
#include "tests/conformance/backend_under_test.hpp"

namespace sandport::conformance {
namespace {

using PathConformance = BackendTest;

TEST_P(PathConformance, HomeAndWorkDirectoryAreAbsoluteAndThere) {
  const SandboxInfo& info = sandbox().info();
  EXPECT_TRUE(info.home.starts_with('/')) << info.home;
  EXPECT_TRUE(info.work_dir.starts_with('/')) << info.work_dir;
  EXPECT_EQ(wait(files().stat(info.work_dir)).type, FileType::kDirectory);
}

TEST_P(PathConformance, JoinParentAndName) {
  EXPECT_EQ(join_path(dir(), "a.txt"), path("a.txt"));
  EXPECT_EQ(path_name(path("a.txt")), "a.txt");
  EXPECT_EQ(normalize_path("..", dir(), "/home"), sandbox().info().work_dir);
}

TEST_P(PathConformance, TildeIsHome) {
  const std::string& home = sandbox().info().home;
  EXPECT_EQ(normalize_path("~", dir(), home), home);
  EXPECT_EQ(normalize_path("~/docs", dir(), home), home + "/docs");
  EXPECT_EQ(normalize_path("~other/x", dir(), home), path("~other/x"));
}

TEST_P(PathConformance, RelativePathsStartInTheWorkDirectory) {
  const std::string normal = normalize_path("nested/../file.txt", dir(), "/home");
  EXPECT_EQ(normal, path("file.txt"));
  EXPECT_EQ(path_below(normal, dir()), "file.txt");
}

TEST_P(PathConformance, CommandsRunWhereTheyAreTold) {
  wait(files().mkdir(path("child")));
  ExecRequest request;
  request.argv = {"pwd"};
  request.cwd = path("child");
  EXPECT_EQ(run(request).out, path("child") + "\n");
  request.cwd = normalize_path("..", path("child"), "/home");
  EXPECT_EQ(run(request).out, dir() + "\n");
}

TEST_P(PathConformance, WorkDirectoryWithSpacesQuotesAndSubstitution) {
  const std::string odd = path("a b'c\"d$(touch oops)`touch oops`");
  wait(files().mkdir(odd));
  ExecRequest request;
  request.argv = {"/bin/sh", "-c", "pwd; echo x > made"};
  request.cwd = odd;
  EXPECT_EQ(run(request).out, odd + "\n");
  EXPECT_EQ(read(odd + "/made"), "x\n");
  EXPECT_THAT(names(odd), testing::ElementsAre("made"));
  EXPECT_EQ(names(dir()).size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Backends, PathConformance, testing::ValuesIn(backend_cases()),
                         [](const auto& entry) { return entry.param.name; });

}  // namespace
}  // namespace sandport::conformance
