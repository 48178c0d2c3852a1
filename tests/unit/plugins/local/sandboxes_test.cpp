// Many sandboxes at once, and what is kept of their processes.
#include <gmock/gmock.h>

#include <iterator>
#include <set>

#include "local_test.hpp"

namespace local_test {
namespace {

using sandport::ExecRequest;

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

class Sandboxes : public LocalTest {};

TEST_F(Sandboxes, HoldNoDescriptorWhileNothingHappensInThem) {
  static_cast<void>(shell("true"));
  const std::size_t before = open_descriptors();
  std::vector<OpenSandbox> many;
  for (int i = 0; i < 50; ++i) {
    many.push_back(backend_->create());
    const auto info = nlohmann::json::parse(sync_wait(many.back().view().info()));
    sync_wait(many.back().view().write(info.at("work_dir").get<std::string>() + "/a", "b"));
  }
  EXPECT_LT(open_descriptors(), before + 10);
}

TEST_F(Sandboxes, AreListedPageByPage) {
  std::set<std::string> made;
  std::vector<OpenSandbox> many;
  for (int i = 0; i < 7; ++i) {
    many.push_back(backend_->create({{"labels", {{"group", "a"}}}}));
    made.insert(many.back().view().id());
  }
  std::set<std::string> seen;
  std::vector<std::size_t> sizes;
  nlohmann::json filter{{"labels", {{"group", "a"}}}, {"limit", 3}};
  for (;;) {
    const auto page = backend_->list(filter);
    sizes.push_back(page.at("sandboxes").size());
    for (const auto& sandbox : page.at("sandboxes")) {
      EXPECT_TRUE(seen.insert(sandbox.at("id").get<std::string>()).second) << sandbox;
    }
    if (!page.contains("next_page")) break;
    filter["page"] = page.at("next_page");
  }
  EXPECT_EQ(seen, made);
  EXPECT_THAT(sizes, testing::ElementsAre(3, 3, 1));
}

class SmallJournal : public LocalTest {
 protected:
  SmallJournal() : LocalTest({{"journal_size", "64KiB"}}) {}
  // Lines of ten bytes with their numbers.
  static ExecRequest chatty() {
    auto request =
        ExecRequest::shell("i=0; while [ $i -lt 40000 ]; do printf '%09d\n' $i; i=$((i+1)); done");
    request.lifetime = sandport::Lifetime::kDetached;
    request.tag = "job";
    return request;
  }
};

TEST_F(SmallJournal, KeepsTheLatestOutputAndSaysWhatIsMissing) {
  static_cast<void>(Running(sandbox_->raw(), chatty()).wait());
  sandport::AttachRequest again;
  again.tag = "job";
  Running process(sandbox_->raw(), again);
  EXPECT_EQ(process.wait().exit_code, 0);
  const std::string kept = process.text(SP_CHANNEL_STDOUT);
  EXPECT_FALSE(process.text(SP_CHANNEL_GAP).empty());
  EXPECT_LE(kept.size(), 64u * 1024u);
  EXPECT_GE(kept.size(), 32u * 1024u - 10u) << "half of the bound at least";
  EXPECT_TRUE(kept.ends_with("000039999\n"));
  // The offsets count what is gone: going on at the end of what was kept brings nothing twice.
  again.stdout_offset = 400'000 - 20;
  Running late(sandbox_->raw(), again);
  EXPECT_EQ(late.wait().exit_code, 0);
  EXPECT_EQ(late.text(SP_CHANNEL_STDOUT), "000039998\n000039999\n");
  EXPECT_TRUE(late.text(SP_CHANNEL_GAP).empty());
}

}  // namespace
}  // namespace local_test
