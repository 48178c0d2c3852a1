#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "read.hpp"

namespace {

using nlohmann::json;
using template_test::read;
using template_test::request;
using template_test::source;

json step(const char* type, std::vector<std::string> args, bool force = false) {
  return {{"type", type}, {"args", std::move(args)}, {"force", force}};
}

TEST(TemplateLowering, OfAPythonService) {
  const json body = request(R"(
name: x
base: python
base_version: "3.12"
steps:
  - work_dir: /app
  - copy: {src: [a.txt, q.log], dest: /app/, user: root, mode: 0755}
  - pip: [numpy, pandas]
  - pip:
  - pip: x
    global: false
  - apt: [git, curl]
    no_install_recommends: true
  - npm: [tsx]
    global: true
  - npm: x
    dev: true
  - npm:
  - env: {A: 1, B: two words}
  - user: root
  - run: [a, b]
    user: root
start_cmd: python -m http.server 8000
ready_cmd: {port: 8000}
)");
  EXPECT_EQ(body.at("fromImage"), "python:3.12");
  EXPECT_EQ(body.at("force"), false);
  EXPECT_EQ(body.at("startCmd"), "python -m http.server 8000");
  EXPECT_EQ(body.at("readyCmd"), "[ -n \"$(ss -Htuln sport = :8000)\" ]");
  const json expected = {
      step("WORKDIR", {"/app"}),
      step("COPY", {"a.txt", "/app/", "root", "0755"}),
      step("COPY", {"q.log", "/app/", "root", "0755"}),
      step("RUN", {"pip install numpy pandas", "root"}),
      step("RUN", {"pip install .", "root"}),
      step("RUN", {"pip install --user x"}),
      step("RUN", {"apt-get update && DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes "
                   "apt-get install -y --no-install-recommends git curl",
                   "root"}),
      step("RUN", {"npm install -g tsx", "root"}),
      step("RUN", {"npm install --save-dev x"}),
      step("RUN", {"npm install"}),
      step("ENV", {"A", "1", "B", "two words"}),
      step("USER", {"root"}),
      step("RUN", {"a && b", "root"})};
  EXPECT_EQ(body.at("steps"), expected);
}

TEST(TemplateLowering, OfShellHelpers) {
  const json body = request(R"(
name: x
base: node
steps:
  - git_clone: {url: https://github.com/a/b.git, path: /x y, branch: main, depth: 1, user: root}
  - mkdir: [/a, /b c]
    mode: 0700
  - remove: /a
    recursive: true
    force: true
  - rename: {from: /a, to: /b, force: true}
  - symlink: {from: /a, to: /b, force: true}
)");
  EXPECT_EQ(body.at("fromImage"), "node:lts");
  const json expected = {
      step("RUN", {"git clone https://github.com/a/b.git --branch main --single-branch --depth 1 "
                   "'/x y'",
                   "root"}),
      step("RUN", {"mkdir -p -m 0700 /a '/b c'"}), step("RUN", {"rm -r -f /a"}),
      step("RUN", {"mv /a /b -f"}), step("RUN", {"ln -s -f /a /b"})};
  EXPECT_EQ(body.at("steps"), expected);
}

TEST(TemplateLowering, SkipsTheCacheFromAStepOn) {
  const json whole = request("name: x\nskip_cache: true\nbase: default\nsteps: [{run: a}]");
  EXPECT_EQ(whole.at("force"), true);
  EXPECT_EQ(whole.at("steps").at(0).at("force"), true);
  for (const char* steps : {"[{run: a}, skip_cache, {run: b}, {run: c}]",
                            "[{run: a}, {run: b, skip_cache: true}, {run: c}]",
                            "[{run: a}, {skip_cache: true}, {run: b}, {run: c}]"}) {
    const json body = request(std::string("name: x\nsteps: ") + steps);
    EXPECT_EQ(body.at("force"), false) << steps;
    EXPECT_EQ(body.at("steps"),
              (json{step("RUN", {"a"}), step("RUN", {"b"}, true), step("RUN", {"c"}, true)}))
        << steps;
  }
}

TEST(TemplateLowering, OfTheCommandLineFlagIsTheWholeBuild) {
  auto from = source("name: x\nsteps: [{run: a}]");
  from.skip_cache = true;
  const auto made = read(from);
  EXPECT_TRUE(made.force);
  EXPECT_FALSE(made.steps.at(0).force);
}

TEST(TemplateLowering, TakesTheSeedsSpellings) {
  const json body = request(R"(
alias: data-analysis
base: python
baseVersion: '3.11'
aptPackages: [graphviz]
pipPackages: [pandas, numpy, matplotlib]
npmPackages: [tsx]
buildCommands: [mkdir -p /data, echo done]
workDir: /workspace
cpuCount: 4
memoryMB: 2048
)");
  EXPECT_EQ(body.at("fromImage"), "python:3.11");
  const json expected = {
      step("RUN", {"apt-get update && DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes "
                   "apt-get install -y graphviz",
                   "root"}),
      step("RUN", {"pip install pandas numpy matplotlib", "root"}),
      step("RUN", {"npm install -g tsx", "root"}), step("RUN", {"mkdir -p /data && echo done"}),
      step("WORKDIR", {"/workspace"})};
  EXPECT_EQ(body.at("steps"), expected);
}

TEST(TemplateLowering, OfTheTemplatesThatAreShipped) {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(SANDPORT_SHIPPED_TEMPLATES)) {
    std::ifstream stream(file.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_EQ(template_test::problems(text), "accepted") << file.path();
    ++count;
    if (file.path().filename() != "data-analysis.yaml") continue;
    const json created = e2b_template::create_body(read(source(text)));
    EXPECT_EQ(created, (json{{"name", "data-analysis"}, {"cpuCount", 4}, {"memoryMB", 2048}}));
    EXPECT_EQ(request(text).at("steps").size(), 3u);
  }
  EXPECT_GE(count, 1u);
}

TEST(TemplateLowering, QuotesPackagesThatAShellWouldMisread) {
  const json body = request("name: x\npip_packages: ['numpy>=1', \"a[b]\", c==1]");
  EXPECT_EQ(body.at("steps").at(0).at("args").at(0), "pip install 'numpy>=1' 'a[b]' c==1");
}

TEST(TemplateLowering, OfTheBases) {
  const std::vector<std::pair<const char*, const char*>> bases{
      {"python", "python:3"},      {"node", "node:lts"},         {"bun", "oven/bun:latest"},
      {"debian", "debian:stable"}, {"ubuntu", "ubuntu:latest"},  {"fedora", "fedora:44"},
      {"alpine", "alpine:3.24"},   {"arch", "archlinux:latest"}, {"default", "e2bdev/base"}};
  for (const auto& [base, image] : bases) {
    EXPECT_EQ(request(std::string("name: x\nbase: ") + base).at("fromImage"), image);
  }
  EXPECT_EQ(request("name: x").at("fromImage"), "e2bdev/base");
  const json from_template = request(
      "name: x\nfrom_template: code-interpreter-v1\n"
      "ready_cmd: {timeout: 1500}");
  EXPECT_EQ(from_template, (json{{"fromTemplate", "code-interpreter-v1"},
                                 {"force", false},
                                 {"steps", json::array()},
                                 {"readyCmd", "sleep 1"}}));
}

TEST(TemplateLowering, OfRegistryLogins) {
  EXPECT_EQ(request("name: x\nimage: ghcr.io/x/y:1\nregistry: {username: u, password: p}")
                .at("fromImageRegistry"),
            (json{{"type", "registry"}, {"username", "u"}, {"password", "p"}}));
  EXPECT_EQ(request("name: x\nimage: i\nregistry: {awsAccessKeyId: a, secret_access_key: s, "
                    "region: r}")
                .at("fromImageRegistry"),
            (json{{"type", "aws"},
                  {"awsAccessKeyId", "a"},
                  {"awsSecretAccessKey", "s"},
                  {"awsRegion", "r"}}));
  EXPECT_EQ(request("name: x\nimage: i\nregistry: {serviceAccountJSON: {project: p}}")
                .at("fromImageRegistry"),
            (json{{"type", "gcp"}, {"serviceAccountJson", R"({"project":"p"})"}}));
}

TEST(TemplateLowering, TakesSecretsForRegistriesAloneAndMasksThem) {
  const std::string text =
      "name: x\nimage: i\nregistry: {username: u, password: '${secret:TOKEN}'}";
  auto from = source(text);
  EXPECT_NE(template_test::problems(from).find("t.yaml:3:35"), std::string::npos)
      << template_test::problems(from);
  from.secrets["TOKEN"] = "hush-hush";
  const auto made = read(from);
  EXPECT_NE(start_body(made, e2b_template::Credentials::kSent).dump().find("hush-hush"),
            std::string::npos);
  EXPECT_EQ(start_body(made, e2b_template::Credentials::kMasked).dump().find("hush-hush"),
            std::string::npos);
  auto layered = source("name: x\nenv: {A: '${secret:TOKEN}'}");
  layered.secrets["TOKEN"] = "hush-hush";
  EXPECT_NE(template_test::problems(layered).find("would be stored"), std::string::npos);
}

TEST(TemplateLowering, OfReadyHelpers) {
  const auto ready = [](const std::string& yaml) {
    return request("name: x\nready_cmd: " + yaml).at("readyCmd").get<std::string>();
  };
  EXPECT_EQ(ready("test -f /x"), "test -f /x");
  EXPECT_EQ(ready("{url: http://localhost:3000/a}"),
            "curl -s -o /dev/null -w \"%{http_code}\" http://localhost:3000/a | grep -q \"200\"");
  EXPECT_EQ(ready("{url: 'http://l/?a=1&b=2', status: 204}"),
            "curl -s -o /dev/null -w \"%{http_code}\" 'http://l/?a=1&b=2' | grep -q \"204\"");
  EXPECT_EQ(ready("{process: my d}"), "pgrep 'my d' > /dev/null");
  EXPECT_EQ(ready("{file: /tmp/ready}"), "[ -f /tmp/ready ]");
  EXPECT_EQ(ready("{timeout: 5s}"), "sleep 5");
  EXPECT_EQ(ready("{timeout: 10}"), "sleep 1");
}

}  // namespace
