// Nothing leads out of the allowed roots.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "files/file_system.hpp"
#include "files/roots.hpp"
#include "local_test.hpp"
#include "posix_error.hpp"

namespace local_test {
namespace {

namespace fs = std::filesystem;
using sandport_local::Access;
using sandport_local::LastLink;
using sandport_local::PosixError;
using sandport_local::Resolver;
using sandport_local::Roots;

template <class Function>
int errno_of(Function&& function) {
  try {
    std::forward<Function>(function)();
  } catch (const PosixError& error) {
    return error.number();
  }
  return 0;
}

class Confinement : public testing::TestWithParam<Resolver> {
 protected:
  Confinement() {
    fs::create_directories(root / "inner");
    fs::create_directories(more);
    fs::create_directories(outside);
    write_host_file(root / "file", "inside");
    write_host_file(more / "file", "more");
    write_host_file(outside / "file", "secret");
  }
  [[nodiscard]] std::string read(const Roots& roots, const fs::path& path) const {
    const auto fd = sandport_local::open_for_read(roots, path.native());
    char buffer[64];
    const ssize_t size = ::read(fd.get(), buffer, sizeof buffer);
    return {buffer, static_cast<std::size_t>(size)};
  }
  [[nodiscard]] int read_error(const Roots& roots, const fs::path& path) const {
    return errno_of([&] { static_cast<void>(read(roots, path)); });
  }
  [[nodiscard]] Roots make(std::vector<Roots::Spec> specs) const {
    return Roots(specs, GetParam());
  }

  TemporaryDirectory directory;
  const fs::path root = directory.path() / "root";
  const fs::path more = directory.path() / "more";
  const fs::path outside = directory.path() / "outside";
};

TEST_P(Confinement, PathsInsideWork) {
  const Roots roots = make({{root}});
  EXPECT_EQ(read(roots, root / "file"), "inside");
  EXPECT_EQ(read(roots, root / "inner/../file"), "inside");
  EXPECT_EQ(sandport_local::stat_path(roots, root.native(), LastLink::kFollow).type,
            sandport_local::EntryType::kDirectory);
}

TEST_P(Confinement, PathsOutsideAreRefused) {
  const Roots roots = make({{root}});
  EXPECT_EQ(read_error(roots, outside / "file"), EACCES);
  EXPECT_EQ(read_error(roots, root / "../outside/file"), EACCES);
  EXPECT_EQ(read_error(roots, root / "inner/../../outside/file"), EACCES);
  EXPECT_EQ(read_error(roots, "/etc/passwd"), EACCES);
  EXPECT_EQ(read_error(roots, root.native() + "-not/file"), EACCES);
  EXPECT_EQ(read_error(roots, "/"), EACCES);
}

TEST_P(Confinement, RelativePathsAndNulBytesAreInvalid) {
  const Roots roots = make({{root}});
  EXPECT_EQ(read_error(roots, "file"), EINVAL);
  EXPECT_EQ(read_error(roots, root.native() + std::string("/fi\0le", 6)), EINVAL);
}

TEST_P(Confinement, SymlinksThatLeaveAreRefusedForEveryOperation) {
  const Roots roots = make({{root}});
  fs::create_symlink(outside, root / "absolute");
  fs::create_symlink("../outside", root / "relative");
  fs::create_symlink("../outside/file", root / "file_link");
  for (const char* way : {"absolute/file", "relative/file", "file_link"}) {
    EXPECT_EQ(read_error(roots, root / way), EACCES) << way;
    EXPECT_EQ(errno_of([&] {
                static_cast<void>(sandport_local::open_for_append(
                    roots, (root / way).native(), sandport_local::Existing::kAccept, 0));
              }),
              EACCES)
        << way;
  }
  EXPECT_EQ(
      errno_of([&] { sandport_local::make_directory(roots, (root / "absolute/new").native(), 0); }),
      EACCES);
  EXPECT_EQ(errno_of([&] {
              sandport_local::rename_path(roots, (root / "file").native(),
                                          (root / "relative/moved").native());
            }),
            EACCES);
  EXPECT_EQ(errno_of([&] { sandport_local::remove_one(roots, (root / "absolute/file").native()); }),
            EACCES);
  EXPECT_EQ(read_host_file(outside / "file"), "secret");
}

TEST_P(Confinement, SymlinksThatStayInsideWork) {
  const Roots roots = make({{root}, {more}});
  fs::create_symlink(root / "file", root / "absolute");
  fs::create_symlink("../file", root / "inner/relative");
  fs::create_symlink(more / "file", root / "other_root");
  fs::create_symlink("../more", root / "other_directory");
  EXPECT_EQ(read(roots, root / "absolute"), "inside");
  EXPECT_EQ(read(roots, root / "inner/relative"), "inside");
  EXPECT_EQ(read(roots, root / "other_root"), "more");
  EXPECT_EQ(read(roots, root / "other_directory/file"), "more");
}

TEST_P(Confinement, LoopsOfSymlinksEnd) {
  const Roots roots = make({{root}});
  fs::create_symlink("loop", root / "loop");
  EXPECT_EQ(read_error(roots, root / "loop"), ELOOP);
}

TEST_P(Confinement, AReadOnlyRootIsOnlyRead) {
  const Roots roots = make({{root}, {more, Access::kReadOnly}});
  fs::create_symlink(more, root / "way");
  EXPECT_EQ(read(roots, more / "file"), "more");
  EXPECT_EQ(errno_of([&] { sandport_local::remove_one(roots, (more / "file").native()); }), EROFS);
  EXPECT_EQ(errno_of([&] { sandport_local::remove_one(roots, (root / "way/file").native()); }),
            EROFS);
}

TEST_P(Confinement, ARootInARootKeepsItsOwnAccess) {
  const Roots roots = make({{root}, {root / "inner", Access::kReadOnly}});
  write_host_file(root / "inner/file", "nested");
  fs::create_symlink("inner", root / "way");
  EXPECT_EQ(read(roots, root / "way/file"), "nested");
  for (const char* way : {"inner/file", "way/file", "inner/../inner/file"}) {
    EXPECT_EQ(errno_of([&] { sandport_local::remove_one(roots, (root / way).native()); }), EROFS)
        << way;
  }
  sandport_local::remove_one(roots, (root / "inner/../file").native());
  EXPECT_FALSE(fs::exists(root / "file"));
}

TEST_P(Confinement, ARootMayBeNamedThroughASymlink) {
  const fs::path alias = directory.path() / "alias";
  fs::create_symlink(root, alias);
  const Roots roots = make({{alias}});
  EXPECT_EQ(read(roots, alias / "file"), "inside");
  EXPECT_EQ(read(roots, root / "file"), "inside");
  sandport_local::make_directories(roots, (alias / "a/b").native(), 0);
  EXPECT_TRUE(fs::is_directory(root / "a/b"));
}

TEST_P(Confinement, ALinkInTheRootsPlaceIsNotFollowed) {
  const Roots roots = make({{root}});
  EXPECT_EQ(read(roots, root / "file"), "inside");
  fs::rename(root, directory.path() / "moved");
  fs::create_symlink(outside, root);
  EXPECT_NE(errno_of([&] { static_cast<void>(read(roots, root / "file")); }), 0);
  fs::remove(root);
  fs::create_directory(root);
  write_host_file(root / "file", "another");
  EXPECT_EQ(errno_of([&] { static_cast<void>(read(roots, root / "file")); }), ENOENT);
}

TEST_P(Confinement, TheRootsThemselvesStay) {
  const Roots roots = make({{root}});
  EXPECT_EQ(errno_of([&] { sandport_local::remove_tree(roots, root.native()); }), EPERM);
  EXPECT_EQ(
      errno_of([&] { sandport_local::rename_path(roots, root.native(), (root / "x").native()); }),
      EPERM);
}

// A command swaps a directory for a symlink again and again: no read may ever bring the secret.
TEST_P(Confinement, ARaceWithSymlinksCannotBeWon) {
  const Roots roots = make({{root}});
  fs::create_directories(root / "real");
  write_host_file(root / "real/file", "inside");
  fs::create_symlink(outside, root / "link");
  std::atomic<bool> stop{false};
  std::thread attacker([&] {
    const std::string spot = root / "spot";
    const std::string real = root / "real";
    const std::string link = root / "link";
    while (!stop) {
      ::rename(real.c_str(), spot.c_str());
      ::rename(spot.c_str(), real.c_str());
      ::rename(link.c_str(), spot.c_str());
      ::rename(spot.c_str(), link.c_str());
    }
  });
  for (int i = 0; i < 3000; ++i) {
    try {
      EXPECT_NE(read(roots, root / "spot/file"), "secret");
    } catch (const PosixError&) {
      // Refused, or just not there.
    }
  }
  stop = true;
  attacker.join();
}

INSTANTIATE_TEST_SUITE_P(, Confinement, testing::Values(Resolver::kKernel, Resolver::kWalk),
                         [](const auto& tested) {
                           return tested.param == Resolver::kKernel ? "Kernel" : "Walk";
                         });

}  // namespace
}  // namespace local_test
