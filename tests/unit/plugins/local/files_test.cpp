// Files of the local backend, through the ABI.
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <thread>

#include "local_test.hpp"

namespace local_test {
namespace {

namespace fs = std::filesystem;
using sandport::Entry;
using sandport::FileType;
using sandport::WriteOptions;

class Files : public LocalTest {
 protected:
  std::string read(const std::string& name) const {
    return sync_wait(view().read_all(at(name), SIZE_MAX));
  }
  Entry write(const std::string& name, const std::string& text, WriteOptions options = {}) const {
    return sync_wait(view().write(at(name), text, options));
  }
  // The payloads of its DATA events.
  std::vector<std::string> read_pieces(const std::string& name, std::uint64_t offset,
                                       std::uint64_t limit) const {
    const std::string path = at(name);
    const auto* fs = view().extension<sp_fs>(SP_FS);
    RecordingSink sink;
    sink.start([&](sp_sink* to, sp_op** op, sp_error* error) {
      return fs->read(sandbox_->raw(), sandport::to_str(path), offset, limit, to, op, error);
    });
    EXPECT_EQ(sink.wait(), SP_OK) << sink.message();
    std::vector<std::string> pieces;
    for (const auto& event : sink.events()) pieces.push_back(event.payload);
    return pieces;
  }
  std::string read_range(const std::string& name, std::uint64_t offset, std::uint64_t limit) const {
    std::string text;
    for (const std::string& piece : read_pieces(name, offset, limit)) text += piece;
    return text;
  }
  std::string reason_of_write(const std::string& name, WriteOptions options = {}) const {
    return error_of([&] { write(name, "new", options); }).reason();
  }
};

TEST_F(Files, AnyBytesComeBackUnchanged) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(write("all", bytes).size, 256u);
  EXPECT_EQ(read("all"), bytes);
}

TEST_F(Files, NamesMayHoldAnyBytesButSlashAndNul) {
  const std::string name = "new\nline \xff\xfe \"quote\" $(x) 'y'";
  write(name, "content");
  EXPECT_EQ(read(name), "content");
  const auto entries = sync_wait(view().list(work_dir_));
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].name, name);
  EXPECT_EQ(entries[0].path, at(name));
}

TEST_F(Files, ARangeIsRead) {
  write("digits", "0123456789");
  EXPECT_EQ(read_range("digits", 3, 4), "3456");
  EXPECT_EQ(read_range("digits", 8, 100), "89");
  EXPECT_EQ(read_range("digits", 10, 1), "");
  EXPECT_EQ(read_range("digits", UINT64_MAX, SP_READ_ALL), "");
  EXPECT_EQ(read_range("digits", 2, 0), "");
}

TEST_F(Files, NoEventIsLargerThanTheContractAllows) {
  write("large", std::string(1000000, 'x'));
  std::uint64_t total = 0;
  for (const std::string& piece : read_pieces("large", 0, SP_READ_ALL)) {
    EXPECT_LE(piece.size(), 256u * 1024u);
    total += piece.size();
  }
  EXPECT_EQ(total, 1000000u);
}

TEST_F(Files, FilesWithoutASizeAreReadToTheirEnd) {
  LoadedBackend proc(state(), {{"allow_paths", {{{"path", "/proc"}, {"access", "read-only"}}}}});
  const auto sandbox = proc.create();
  EXPECT_NE(sync_wait(sandbox.view().read_all("/proc/version", 4096)).find("Linux"),
            std::string::npos);
}

TEST_F(Files, ReplacingKeepsTheModeAndWhoReadsTheOldOneIsNotDisturbed) {
  write("file", "old content");
  fs::permissions(at("file"), fs::perms(0640));
  const int reader = ::open(at("file").c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(write("file", "new").mode, 0640u);
  char buffer[32];
  EXPECT_EQ(::read(reader, buffer, sizeof buffer), 11);
  ::close(reader);
  EXPECT_EQ(read("file"), "new");
}

TEST_F(Files, AnExplicitModeIsSetAsItStands) {
  EXPECT_EQ(write("tool", "#!/bin/sh\n", {.mode = 0751}).mode, 0751u);
  sync_wait(view().set_mode(at("tool"), 0600));
  EXPECT_EQ(sync_wait(view().stat(at("tool"))).mode, 0600u);
}

TEST_F(Files, AFailedUploadLeavesTheOldContentAndNoTrace) {
  write("file", "old");
  int pieces = 0;
  auto broken = sandport::make_reader([&]() -> sandport::Task<std::optional<std::string>> {
    if (++pieces == 3) throw sandport::Error(SP_UNAVAILABLE, "broke");
    co_return std::string(2000000, 'x');
  });
  EXPECT_EQ(
      error_of([&] { sync_wait(view().write(at("file"), std::move(broken), UINT64_MAX)); }).code(),
      SP_DATA_LOSS);
  EXPECT_EQ(read("file"), "old");
  EXPECT_EQ(sync_wait(view().list(work_dir_)).size(), 1u);
}

TEST_F(Files, WritingThroughASymlinkChangesItsTarget) {
  write("target", "old");
  fs::create_symlink("target", at("link"));
  write("link", "new");
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_EQ(read("target"), "new");
}

TEST_F(Files, ExclusiveRefusesWhatExists) {
  write("file", "old", {.exclusive = true});
  EXPECT_EQ(reason_of_write("file", {.exclusive = true}), "EEXIST");
  EXPECT_EQ(reason_of_write("file", {.append = true, .exclusive = true}), "EEXIST");
  fs::create_symlink("nowhere", at("dangling"));
  EXPECT_EQ(reason_of_write("dangling", {.exclusive = true}), "EEXIST");
  EXPECT_EQ(read("file"), "old");
}

TEST_F(Files, AppendsOfManyWritersDoNotMingle) {
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&, i] {
      const std::string line(10000, static_cast<char>('a' + i));
      for (int n = 0; n < 5; ++n) write("log", line + "\n", {.append = true});
    });
  }
  for (auto& writer : writers) writer.join();
  const std::string text = read("log");
  EXPECT_EQ(text.size(), 8u * 5u * 10001u);
  for (std::size_t at = 0; at < text.size(); at += 10001) {
    EXPECT_EQ(text.find_first_not_of(text[at], at), at + 10000);
  }
}

TEST_F(Files, ParentsAreMadeWhenAskedFor) {
  EXPECT_EQ(reason_of_write("a/b/file"), "ENOENT");
  write("a/b/file", "x", {.parents = true});
  EXPECT_EQ(read("a/b/file"), "x");
}

TEST_F(Files, ErrorsTellWhichErrno) {
  write("file", "x");
  sync_wait(view().mkdir(at("directory")));
  const auto read_error = [&](const std::string& name) { return error_of([&] { read(name); }); };
  EXPECT_EQ(read_error("missing").code(), SP_NOT_FOUND);
  EXPECT_EQ(read_error("missing").reason(), "ENOENT");
  EXPECT_EQ(read_error("directory").reason(), "EISDIR");
  EXPECT_EQ(read_error("file/below").reason(), "ENOTDIR");
  EXPECT_EQ(reason_of_write("directory"), "EISDIR");
  EXPECT_EQ(reason_of_write("file/below"), "ENOTDIR");
  EXPECT_EQ(error_of([&] { sync_wait(view().list(at("file"))); }).reason(), "ENOTDIR");
  EXPECT_EQ(error_of([&] { sync_wait(view().mkdir(at("file"))); }).reason(), "EEXIST");
  EXPECT_EQ(error_of([&] { sync_wait(view().mkdir(at("file"), {.parents = true})); }).reason(),
            "EEXIST");
  EXPECT_EQ(error_of([&] { sync_wait(view().remove(at("missing"))); }).reason(), "ENOENT");
  EXPECT_EQ(error_of([&] { sync_wait(view().stat("/etc/passwd")); }).code(), SP_PERMISSION_DENIED);
  const auto error = read_error("missing");
  EXPECT_NE(std::string(error.what()).find(at("missing")), std::string::npos);
}

TEST_F(Files, PipesAreRefusedInsteadOfWaitedFor) {
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  EXPECT_EQ(error_of([&] { read("pipe"); }).reason(), "EINVAL");
  EXPECT_EQ(reason_of_write("pipe"), "EINVAL");
  EXPECT_EQ(reason_of_write("pipe", {.append = true}), "EINVAL");
}

TEST_F(Files, SymlinksAreSeenAsSuchWhenNotFollowed) {
  write("target", "12345");
  fs::create_symlink("target", at("link"));
  const Entry link = sync_wait(view().stat(at("link"), sandport::Symlinks::kNoFollow));
  EXPECT_EQ(link.type, FileType::kSymlink);
  EXPECT_EQ(link.symlink_target, "target");
  const Entry target = sync_wait(view().stat(at("link")));
  EXPECT_EQ(target.type, FileType::kRegular);
  EXPECT_EQ(target.size, 5u);
}

TEST_F(Files, ListingGoesToTheAskedDepthAndNotThroughSymlinks) {
  write("one/two/three/file", "x", {.parents = true});
  fs::create_symlink("..", at("one/up"));
  const auto names = [&](std::uint32_t depth) {
    std::set<std::string> found;
    for (const Entry& entry : sync_wait(view().list(work_dir_, depth))) {
      found.insert(entry.path.substr(work_dir_.size() + 1));
    }
    return found;
  };
  EXPECT_EQ(names(1), (std::set<std::string>{"one"}));
  EXPECT_EQ(names(2), (std::set<std::string>{"one", "one/two", "one/up"}));
  EXPECT_EQ(names(9), (std::set<std::string>{"one", "one/two", "one/up", "one/two/three",
                                             "one/two/three/file"}));
}

TEST_F(Files, LargeDirectoriesAreListedWhole) {
  for (int i = 0; i < 1000; ++i) write_host_file(at("file" + std::to_string(i)), "");
  EXPECT_EQ(sync_wait(view().list(work_dir_)).size(), 1000u);
}

TEST_F(Files, RemovingATreeLeavesWhatItsSymlinksNameAlone) {
  write("keep/file", "kept", {.parents = true});
  write("tree/a/b/file", "x", {.parents = true});
  fs::create_directory_symlink(at("keep"), at("tree/a/link"));
  EXPECT_EQ(error_of([&] { sync_wait(view().remove(at("tree"))); }).reason(), "ENOTEMPTY");
  sync_wait(view().remove(at("tree"), sandport::RemoveMode::kRecursive));
  EXPECT_FALSE(fs::exists(at("tree")));
  EXPECT_EQ(read("keep/file"), "kept");
}

TEST_F(Files, VeryDeepTreesAreRemoved) {
  int directory = ::open(work_dir_.c_str(), O_PATH | O_DIRECTORY);
  for (int depth = 0; depth < 3000; ++depth) {
    ASSERT_EQ(::mkdirat(directory, "deep", 0700), 0);
    const int next = ::openat(directory, "deep", O_PATH | O_DIRECTORY);
    ::close(directory);
    directory = next;
  }
  ::close(directory);
  sync_wait(view().remove(at("deep"), sandport::RemoveMode::kRecursive));
  EXPECT_TRUE(sync_wait(view().list(work_dir_)).empty());
}

TEST_F(Files, RenameReplaces) {
  write("from", "new");
  write("to", "old");
  sync_wait(view().rename(at("from"), at("to")));
  EXPECT_EQ(read("to"), "new");
  EXPECT_FALSE(fs::exists(at("from")));
}

TEST_F(Files, AFullDiskIsSaidToBeAndTheOldContentStays) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can mount a small file system";
  // In a mount namespace of its own, so that nothing outside of this process sees it.
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("none", work_dir_.c_str(), "tmpfs", 0, "size=256k") != 0) {
    GTEST_SKIP() << "this machine lets nobody mount";
  }
  LoadedBackend small(state(), {{"root", work_dir_}});
  const auto sandbox = small.create();
  sync_wait(sandbox.view().write(at("file"), "old"));
  const auto error =
      error_of([&] { sync_wait(sandbox.view().write(at("file"), std::string(1000000, 'x'))); });
  EXPECT_EQ(error.code(), SP_RESOURCE_EXHAUSTED);
  EXPECT_EQ(error.reason(), "ENOSPC");
  EXPECT_EQ(sync_wait(sandbox.view().read_all(at("file"), 100)), "old");
  EXPECT_EQ(sync_wait(sandbox.view().list(work_dir_)).size(), 1u);
  ::umount(work_dir_.c_str());
}

}  // namespace
}  // namespace local_test
