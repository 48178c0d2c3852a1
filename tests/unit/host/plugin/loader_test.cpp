// The loader against plugins that break one rule each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "core/error.hpp"
#include "host/plugin/create.hpp"
#include "host/plugin/loaded_plugin.hpp"
#include "host/plugin/plugin_file.hpp"
#include "host/plugin/registry.hpp"
#include "host/plugin/search_path.hpp"
#include "testing.hpp"

namespace sandport {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryDirectory;

fs::path fixture(const std::string& name) {
  return fs::path{SANDPORT_PLUGIN_FIXTURES} / (name + ".sandport.so");
}

class LoaderTest : public ::testing::Test {
 protected:
  fs::path install(const std::string& fixture_name, const std::string& name) {
    const auto target = fs::path{folder_.path()} / (name + ".sandport.so");
    fs::copy_file(fixture(fixture_name), target);
    return target;
  }

  // The one line that loading the file ends with.
  static std::string problem(const fs::path& file, std::string_view sha256 = {}) {
    try {
      (void)LoadedPlugin::load(file, sha256);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(file.string()));
      EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("\n")));
      return error.what();
    }
    return "loaded";
  }

  TemporaryDirectory folder_;
};

TEST_F(LoaderTest, LoadsAGoodPluginAndOneOfTwoMajors) {
  EXPECT_EQ(problem(fixture("good")), "loaded");
  EXPECT_EQ(problem(fixture("two_symbols")), "loaded");
  EXPECT_EQ(LoadedPlugin::load(fixture("good"), {})->id(), "com.example.fixture");
}

TEST_F(LoaderTest, NamesWhatIsWrongWithTheFile) {
  EXPECT_THAT(problem(fixture("no_symbol")), HasSubstr("does not export sandport_v1"));
  EXPECT_THAT(problem(fixture("other_major")),
              AllOf(HasSubstr("another major"), HasSubstr("sandport_v2")));
  EXPECT_THAT(problem(fixture("missing")), HasSubstr("cannot open"));
  folder_.write("text.sandport.so", "#!/bin/sh\n");
  EXPECT_THAT(problem(folder_.path() + "/text.sandport.so"), HasSubstr("no ELF header"));
  folder_.write("empty.sandport.so", "");
  EXPECT_THAT(problem(folder_.path() + "/empty.sandport.so"), HasSubstr("no ELF header"));
}

TEST_F(LoaderTest, NamesAnotherMachineAndATruncatedFile) {
  const auto file = install("good", "patched");
  {
    std::fstream patch{file, std::ios::in | std::ios::out | std::ios::binary};
    patch.seekp(18);  // e_machine
    patch.write("\x16\0", 2);
  }
  EXPECT_THAT(problem(file), HasSubstr("another machine"));
  const auto cut = install("good", "cut");
  fs::resize_file(cut, fs::file_size(cut) / 2);
  EXPECT_THAT(problem(cut), HasSubstr("cut off"));
}

TEST_F(LoaderTest, NamesWhatIsWrongWithTheTable) {
  EXPECT_THAT(problem(fixture("short_table")), HasSubstr("too short"));
  EXPECT_THAT(problem(fixture("no_create")), HasSubstr("no create"));
  EXPECT_THAT(problem(fixture("bad_id")), HasSubstr("reverse-DNS"));
  EXPECT_THAT(problem(fixture("future_host")),
              AllOf(HasSubstr("needs plugin ABI 1.1"), HasSubstr("this host has 1.0")));
}

TEST_F(LoaderTest, SkipsKindsThatItDoesNotKnow) {
  const auto plugin = LoadedPlugin::load(fixture("unknown_kind"), {});
  EXPECT_EQ(plugin->kinds().size(), 1U);
  EXPECT_NE(plugin->find("toolset", "fixture"), nullptr);
}

TEST_F(LoaderTest, RefusesFilesAndFoldersThatEverybodyMayWrite) {
  const auto file = install("good", "open");
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  EXPECT_THAT(problem(file), HasSubstr("chmod o-w"));
  fs::permissions(file, fs::perms::others_write, fs::perm_options::remove);
  EXPECT_EQ(problem(file), "loaded");
  const auto other = install("good", "other");
  fs::permissions(folder_.path(), fs::perms::others_write, fs::perm_options::add);
  try {
    (void)LoadedPlugin::load(other, {});
    FAIL() << "loaded out of a folder that everybody may write to";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kPermissionDenied);
  }
}

TEST_F(LoaderTest, RefusesAnotherContentThanThePinnedOne) {
  const auto file = install("good", "pinned");
  EXPECT_EQ(problem(file, file_sha256(file)), "loaded");
  EXPECT_THAT(problem(file, std::string(64, '0')), HasSubstr("SHA-256"));
}

TEST_F(LoaderTest, FindsByFileNameElseByWhatTheFilesOffer) {
  TemporaryDirectory second;
  install("good", "anything");
  fs::copy_file(fixture("good"), second.path() + "/fixture.sandport.so");
  PluginRegistry registry{{folder_.path(), second.path()}};
  EXPECT_EQ(registry.find("toolset", "fixture").plugin->file(),
            fs::path{second.path()} / "fixture.sandport.so");
  const auto listed = registry.list();
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].shadowed_by, listed[1].file);
  EXPECT_THAT(listed[1].shadowed_by.string(), IsEmpty());
  fs::remove(second.path() + "/fixture.sandport.so");
  PluginRegistry without{{folder_.path(), second.path()}};
  EXPECT_EQ(without.find("toolset", "fixture").plugin->file(),
            fs::path{folder_.path()} / "anything.sandport.so");
  try {
    (void)registry.find("backend", "fixture");
    FAIL() << "found a backend";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kNotFound);
    EXPECT_THAT(error.what(), HasSubstr(folder_.path()));
  }
}

TEST_F(LoaderTest, ListsABrokenFileWithItsProblem) {
  install("no_symbol", "broken");
  PluginRegistry registry{{folder_.path()}};
  const auto listed = registry.list();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].plugin, nullptr);
  EXPECT_THAT(listed[0].problem, HasSubstr("no plugin"));
}

// Runs create of a fixture on a thread of its own.
class CreateTest : public ::testing::Test {
 protected:
  void* create(const std::string& name, std::chrono::milliseconds limit) {
    CreateRequest request;
    request.plugin.plugin = LoadedPlugin::load(fixture(name), {});
    request.plugin.kind = request.plugin.plugin->find("toolset", "fixture");
    request.limit = limit;
    request.run = [this](std::function<void()> work) { thread_ = std::thread{std::move(work)}; };
    return create_instance(request);
  }

  void TearDown() override {
    if (thread_.joinable()) thread_.join();
  }

  std::thread thread_;
};

TEST_F(CreateTest, BringsTheInstance) {
  EXPECT_NE(create("good", std::chrono::seconds{10}), nullptr);
}

TEST_F(CreateTest, PassesOnWhyThePluginRefused) {
  try {
    (void)create("refuses_create", std::chrono::seconds{10});
    FAIL() << "created";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kUnauthenticated);
    EXPECT_STREQ(error.what(), "the key was revoked");
  }
}

TEST_F(CreateTest, SurvivesAnException) {
  try {
    (void)create("throws_in_create", std::chrono::seconds{10});
    FAIL() << "created";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kInternal);
    EXPECT_THAT(error.what(), HasSubstr("out of the plugin"));
  }
}

TEST_F(CreateTest, NamesThePluginThatHangs) {
  try {
    (void)create("hangs_in_create", std::chrono::milliseconds{20});
    FAIL() << "created";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kDeadlineExceeded);
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("com.example.fixture"), HasSubstr("hangs_in_create")));
  }
  thread_.detach();  // as the host does: it ends with the process
}

}  // namespace
}  // namespace sandport
