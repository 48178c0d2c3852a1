#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <sandport/error.hpp>

#include "plugins/templates/e2b/files/files_hash.hpp"
#include "plugins/templates/e2b/files/find_entries.hpp"
#include "scratch_context.hpp"

namespace {

using namespace e2b_template;
using testing::ElementsAre;
using testing::HasSubstr;

class Context : public template_test::ScratchContext {
 protected:
  Entries find(const std::string& pattern, Links links = Links::kKept) {
    return find_entries(root_, pattern, read_ignore_file(root_), links, {});
  }
  std::vector<std::string> names(const std::string& pattern, Links links = Links::kKept) {
    std::vector<std::string> paths;
    for (const Entry& entry : find(pattern, links)) paths.push_back(entry.path);
    return paths;
  }
  std::string problem(const std::string& pattern, Links links = Links::kKept) {
    try {
      static_cast<void>(find(pattern, links));
    } catch (const sandport::Error& error) {
      return error.what();
    }
    return "found";
  }
  std::string hash(const std::string& source, const std::string& destination) {
    return files_hash(source, destination, root_, find(source), {});
  }
};

TEST_F(Context, TakesFoldersWithAllBelowThem) {
  write("d/sub/y.txt", "yy");
  write("d/.hidden", "");
  write("e", "");
  EXPECT_THAT(names("d"), ElementsAre("d", "d/.hidden", "d/sub", "d/sub/y.txt"));
  EXPECT_THAT(names("./d/sub/"), ElementsAre("d/sub", "d/sub/y.txt"));
  EXPECT_THAT(names("."), ElementsAre("", "d", "d/.hidden", "d/sub", "d/sub/y.txt", "e"));
  EXPECT_THAT(names("*/sub"), ElementsAre("d/sub", "d/sub/y.txt"));
  EXPECT_THAT(names("**/*.txt"), ElementsAre("d/sub/y.txt"));
  EXPECT_THAT(names("{e,d/.h*}"), ElementsAre("d/.hidden", "e"));
}

TEST_F(Context, LeavesOutWhatIsIgnored) {
  write(".dockerignore", "*.log\nnode_modules\n!node_modules/kept\n");
  write("a.log", "");
  write("node_modules/x", "");
  write("node_modules/kept", "");
  write("b", "");
  EXPECT_THAT(names("."), ElementsAre("", ".dockerignore", "b", "node_modules/kept"));
  EXPECT_THAT(names("*"), ElementsAre(".dockerignore", "b", "node_modules/kept"));
  EXPECT_THAT(problem("a.log"), HasSubstr("and is not ignored"));
  EXPECT_THAT(problem("missing"), testing::EndsWith("is named \"missing\""));
}

TEST_F(Context, KeepsLinksOrFollowsThem) {
  write("d/y", "yy");
  link("d", "to_folder");
  link("d/y", "to_file");
  link("nowhere", "broken");
  EXPECT_THAT(names("to_folder"), ElementsAre("to_folder"));
  EXPECT_TRUE(find("broken").at(0).is_link());
  EXPECT_THAT(names("to_folder", Links::kFollowed), ElementsAre("to_folder", "to_folder/y"));
  EXPECT_TRUE(find("to_file", Links::kFollowed).at(0).is_file());
  EXPECT_EQ(find("to_file").at(0).link, "d/y");
}

TEST_F(Context, RefusesLinksThatLeadOutOrInCircles) {
  write("d/y", "");
  link("/etc", "outside");
  link("..", "d/up");
  link("self", "self");
  EXPECT_THAT(problem("outside/passwd"), HasSubstr("leads out of the context, to /etc"));
  EXPECT_THAT(problem("outside", Links::kFollowed), HasSubstr("leads out of the context"));
  EXPECT_EQ(problem("outside"), "found");
  EXPECT_THAT(problem("d", Links::kFollowed), HasSubstr("in a circle"));
  EXPECT_THAT(problem("self", Links::kFollowed), HasSubstr("in a circle"));
}

TEST_F(Context, RefusesWhatATemplateCannotHold) {
  write("d/file", "");
  ASSERT_EQ(mkfifo(at("d/pipe").c_str(), 0600), 0);
  EXPECT_THAT(problem("d"), HasSubstr("d/pipe is a pipe"));
  std::filesystem::remove(at("d/pipe"));
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = at("d/s");
  ASSERT_LT(path.size(), sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_THAT(problem("d"), HasSubstr("d/s is a socket"));
  close(listener);
}

TEST_F(Context, SaysWhenItIsNoFolder) {
  write("file", "");
  root_ += "/file";
  EXPECT_THAT(problem("x"), HasSubstr("is no folder"));
  root_ += "/missing";
  EXPECT_THAT(problem("x"), HasSubstr("cannot"));
  root_ = std::filesystem::path(root_).parent_path().parent_path().string();
}

TEST_F(Context, StopsWhenAsked) {
  write("a", "");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(static_cast<void>(find_entries(root_, ".", {}, Links::kKept, stop.get_token())),
               sandport::Cancelled);
}

TEST_F(Context, HashesAFileAsTheOfficialClientsDo) {
  write("a.txt", "hello\n");
  EXPECT_EQ(hash("a.txt", "/app/"),
            "2b2ef6e85f720df2024cea51e12d1503c60ab9e91e19accf7dd5a1668a932091");
}

TEST_F(Context, HashesFoldersWithTheirPathsModesAndSizes) {
  write("d/sub/y.txt", "yy");
  struct stat folder {};
  ASSERT_EQ(stat(at("d/sub").c_str(), &folder), 0);
  const std::string size = std::to_string(folder.st_size);  // the file system's choice
  EXPECT_EQ(hash("d/sub", "/app/"),
            text_hash("COPY d/sub /app/d/sub16877" + size + "d/sub/y.txt331882yy"));
  EXPECT_EQ(hash("./d/sub", "/app/"),
            text_hash("COPY ./d/sub /app/d/sub16877" + size + "d/sub/y.txt331882yy"));
  if (folder.st_size == 4096) {
    EXPECT_EQ(hash("d/sub", "/app/"),
              "bf48a5f63138880aaefddaba4859cac98e20881c62ae6079dceb1d4b8864977c");
  }
}

TEST_F(Context, HashesALinkByWhereItPoints) {
  link("somewhere", "l");
  EXPECT_EQ(hash("l", "/"), text_hash("COPY l /l414719somewhere"));
}

TEST_F(Context, NoticesAFileThatChangesMeanwhile) {
  write("a", "1234");
  const Entries entries = find("a");
  write("a", "123");
  const auto hash_again = [&] { return files_hash("a", "/", root_, entries, {}); };
  EXPECT_THROW(static_cast<void>(hash_again()), sandport::Error);
  std::filesystem::remove(at("a"));
  try {
    static_cast<void>(hash_again());
    ADD_FAILURE() << "a file that is gone was hashed";
  } catch (const sandport::Error& error) {
    EXPECT_EQ(error.reason(), "CONTEXT_CHANGED");
  }
}

TEST_F(Context, NamesTheFileThatCannotBeRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
  write("a", "x", 0);
  EXPECT_THROW(static_cast<void>(hash("a", "/")), sandport::Error);
}

}  // namespace
