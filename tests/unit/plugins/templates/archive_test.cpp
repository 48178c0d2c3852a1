#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <utime.h>

#include <map>
#include <memory>

#include "plugins/templates/e2b/files/archive.hpp"
#include "plugins/templates/e2b/files/find_entries.hpp"
#include "scratch_context.hpp"

namespace {

using namespace e2b_template;
using testing::ElementsAre;

struct Member {
  std::string name;
  mode_t mode = 0;
  std::string content;  // or where a link points

  friend bool operator==(const Member&, const Member&) = default;
};

class Archive : public template_test::ScratchContext {
 protected:
  Spool pack(const std::string& pattern) {
    return write_archive(root_, find_entries(root_, pattern, {}, Links::kKept, {}), {});
  }

  static std::string bytes(const Spool& spool) {
    std::string all(spool.size, '\0');
    EXPECT_EQ(pread(spool.file.get(), all.data(), all.size(), 0), static_cast<ssize_t>(spool.size));
    return all;
  }

  static std::vector<Member> members(const std::string& bytes) {
    const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
    archive_read_support_filter_gzip(reader.get());
    archive_read_support_format_tar(reader.get());
    EXPECT_EQ(archive_read_open_memory(reader.get(), bytes.data(), bytes.size()), ARCHIVE_OK);
    std::vector<Member> found;
    archive_entry* entry = nullptr;
    while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
      Member member{archive_entry_pathname(entry), archive_entry_mode(entry), {}};
      if (const char* link = archive_entry_symlink(entry)) member.content = link;
      std::string piece(4096, '\0');
      for (la_ssize_t count = 1; count > 0;) {
        count = archive_read_data(reader.get(), piece.data(), piece.size());
        if (count > 0) member.content.append(piece, 0, static_cast<std::size_t>(count));
      }
      found.push_back(std::move(member));
    }
    return found;
  }
};

TEST_F(Archive, HoldsFilesFoldersAndLinks) {
  write("d/sub/y.txt", std::string(100'000, 'y'), 0755);
  link("sub/y.txt", "d/l");
  EXPECT_THAT(members(bytes(pack("d"))),
              ElementsAre(Member{"d/", 040755, ""}, Member{"d/l", 0120777, "sub/y.txt"},
                          Member{"d/sub/", 040755, ""},
                          Member{"d/sub/y.txt", 0100755, std::string(100'000, 'y')}));
  EXPECT_EQ(members(bytes(pack("."))).front().name, "./");
}

TEST_F(Archive, IsTheSameForTheSameFiles) {
  write("a", "content");
  const std::string first = bytes(pack("a"));
  const utimbuf times{1'000'000'000, 1'000'000'000};
  ASSERT_EQ(utime(at("a").c_str(), &times), 0);
  EXPECT_EQ(bytes(pack("a")), first);
}

TEST_F(Archive, TakesLongAndOddNames) {
  const std::string name = std::string(120, 'n') + "/" + std::string(120, 'm') + "/\xff\n ü";
  write(name, "x");
  const auto found = members(bytes(pack(std::string(120, 'n'))));
  EXPECT_EQ(found.back().name, name);
}

}  // namespace
