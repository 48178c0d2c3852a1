// Every manifest in the tree loads, with and without the variables that the seeds' READMEs name.
#include "tests/unit/host/manifest/manifest_fixture.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "host/manifest/render.hpp"

namespace sandport::manifest {
namespace {

using nlohmann::json;
using testing::ElementsAre;

class ShippedTest : public ManifestTest {
 protected:
  [[nodiscard]] ManifestResult shipped(const std::string& name) const {
    return load_manifest(std::filesystem::path(SANDPORT_MANIFESTS) / name, options());
  }
  [[nodiscard]] static json options_of(const PluginUse& use) { return json::parse(use.options); }
};

TEST_F(ShippedTest, EveryFileLoadsWithoutAnyVariable) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SANDPORT_MANIFESTS)) {
    if (entry.path().extension() != ".yaml") continue;
    names.push_back(entry.path().filename());
    const auto result = load_manifest(entry.path(), options());
    EXPECT_EQ(problems(result), "") << entry.path();
    ASSERT_TRUE(result.manifest);
    EXPECT_EQ(problems(load(render_config(*result.manifest))), "") << entry.path();
  }
  EXPECT_THAT(names, testing::IsSupersetOf({"quickstart.yaml", "local.yaml", "e2b.yaml",
                                            "sprites.yaml", "boxlite.yaml"}));
}

TEST_F(ShippedTest, TheQuickstartNeedsNoSecret) {
  const auto result = shipped("quickstart.yaml");
  ASSERT_TRUE(result.manifest);
  for (const PluginUse* use : plugin_uses(*result.manifest))
    EXPECT_THAT(use->secrets, ElementsAre());
}

TEST_F(ShippedTest, TheModelFollowsItsVariables) {
  variables_ = {{"KIMI_BASE_URL", "http://127.0.0.1:1/v1"}, {"KIMI_MODEL_NAME", "m"}};
  const auto result = shipped("local.yaml");
  ASSERT_EQ(problems(result), "");
  EXPECT_EQ(options_of(result.manifest->model)["base_url"], "http://127.0.0.1:1/v1");
  EXPECT_EQ(options_of(result.manifest->model)["model"], "m");
  EXPECT_THAT(result.manifest->model.secrets, ElementsAre("KIMI_API_KEY"));
}

TEST_F(ShippedTest, E2bFollowsItsVariables) {
  EXPECT_EQ(shipped("e2b.yaml").manifest->sandbox.work_dir, "/home/user/kimi-workdir");
  variables_ = {{"E2B_SANDBOX_ID", "12345"}, {"KIMI_WORK_DIR", "/w"}};
  const auto result = shipped("e2b.yaml");
  ASSERT_EQ(problems(result), "");
  const SandboxUse& sandbox = result.manifest->sandbox;
  EXPECT_EQ(sandbox.plugin.uses, "e2b");
  EXPECT_EQ(sandbox.plugin.with.find("sandbox_id")->text, "12345");
  EXPECT_THAT(sandbox.plugin.secrets, ElementsAre("E2B_API_KEY"));
  EXPECT_EQ(sandbox.work_dir, "/w");
  EXPECT_EQ(sandbox.on_exit, OnExit::kAuto);
}

TEST_F(ShippedTest, SpritesFollowsItsVariables) {
  EXPECT_EQ(shipped("sprites.yaml").manifest->sandbox.on_exit, OnExit::kKeep);
  variables_ = {
      {"SPRITE_NAME", "s"}, {"SPRITES_BASE_URL", "http://x"}, {"SPRITE_DELETE_ON_EXIT", "1"}};
  const auto result = shipped("sprites.yaml");
  ASSERT_EQ(problems(result), "");
  const SandboxUse& sandbox = result.manifest->sandbox;
  EXPECT_EQ(options_of(sandbox.plugin)["name"], "s");
  EXPECT_EQ(options_of(sandbox.plugin)["base_url"], "http://x");
  EXPECT_THAT(sandbox.plugin.secrets, ElementsAre("SPRITE_TOKEN"));
  EXPECT_EQ(sandbox.on_exit, OnExit::kAuto);
}

TEST_F(ShippedTest, BoxliteFollowsItsVariables) {
  EXPECT_EQ(options_of(shipped("boxlite.yaml").manifest->sandbox.plugin)["image"],
            "python:3.12-slim");
  variables_ = {{"BOXLITE_IMAGE", "alpine:3"}};
  EXPECT_EQ(options_of(shipped("boxlite.yaml").manifest->sandbox.plugin)["image"], "alpine:3");
}

}  // namespace
}  // namespace sandport::manifest
