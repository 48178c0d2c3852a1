#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read.hpp"

namespace {

using template_test::problems;
using testing::HasSubstr;
using testing::StartsWith;

TEST(TemplateFile, NamesTheNearestKeyAtItsPlace) {
  EXPECT_EQ(problems("name: x\napt_package: [a]"),
            "t.yaml:2:1: unknown key \"apt_package\"; did you mean \"apt_packages\"?");
  EXPECT_THAT(problems("name: x\nsteps:\n  - run: a\n    usr: b"),
              HasSubstr("t.yaml:4:5: unknown key \"usr\"; did you mean \"user\"?"));
  EXPECT_THAT(problems("name: x\nsteps:\n  - coppy: a"),
              HasSubstr("t.yaml:3:5: no step \"coppy\"; did you mean \"copy\"?"));
}

TEST(TemplateFile, TellsEverythingAtOnceInOrder) {
  const std::string said = problems("name: X Y\nbase: cobol\ncpu_count: many\nwhat: 1");
  EXPECT_THAT(said, StartsWith("t.yaml:1:7: the name \"X Y\" may have a-z, 0-9, - and _ only, such "
                               "as \"x-y\"\nt.yaml:2:7: no base \"cobol\""));
  EXPECT_THAT(said, HasSubstr("\nt.yaml:3:12: cpu_count: expected an integer from 1"));
  EXPECT_THAT(said, HasSubstr("\nt.yaml:4:1: unknown key \"what\""));
}

TEST(TemplateFile, WantsOneBase) {
  EXPECT_THAT(problems("name: x\nbase: python\nimage: a"),
              HasSubstr("t.yaml:3:1: a template has one base; \"base\" is there already"));
  EXPECT_THAT(problems("name: x\nbase: custom"), HasSubstr("needs `dockerfile` or `image`"));
  EXPECT_THAT(problems("name: x\nimage: a\nbase_version: 1"), HasSubstr("goes with `base`"));
  EXPECT_THAT(problems("name: x\nbase: node\nregistry: {username: a, password: b}"),
              HasSubstr("registry goes with `image`"));
}

TEST(TemplateFile, TakesAKeyUnderOneName) {
  EXPECT_THAT(problems("name: x\nalias: y"),
              HasSubstr("t.yaml:2:1: \"alias\" is the same as \"name\""));
  EXPECT_THAT(problems("name: x\nname: y"),
              HasSubstr("t.yaml:2:1: the key \"name\" is there twice"));
}

TEST(TemplateFile, KeepsSourcesInsideTheContext) {
  EXPECT_THAT(problems("name: x\nsteps: [{copy: {src: ../a, dest: /a}}]"),
              HasSubstr("\"../a\" leaves the context"));
  EXPECT_THAT(problems("name: x\nsteps: [{copy: {src: /etc/passwd, dest: /a}}]"),
              HasSubstr("\"/etc/passwd\" is absolute"));
  EXPECT_THAT(problems("name: x\nsteps: [{copy: {src: a, dest: /a, gzip: false}}]"),
              HasSubstr("unpacks gzip only"));
  EXPECT_THAT(problems("name: x\nsteps: [{copy: {src: a}}]"), HasSubstr("\"dest\" is missing"));
}

TEST(TemplateFile, ChecksNamesAndTags) {
  EXPECT_THAT(problems("name: a/b/c"), HasSubstr("\"b/c\""));
  EXPECT_THAT(problems("name: 'a:'"), HasSubstr("a tag is empty"));
  EXPECT_THAT(problems("name: x\ntags: [V 1]"), HasSubstr("the tag \"V 1\""));
  EXPECT_THAT(problems("name: x\ntags: [123e4567-e89b-12d3-a456-426614174000]"),
              HasSubstr("looks like a build's id"));
  EXPECT_THAT(problems("base: python"), HasSubstr("has no name"));
  EXPECT_EQ(problems("name: team/x:v1.0\ntags: [a.b-c_d]"), "accepted");
}

TEST(TemplateFile, KnowsWhatGoesWithASpecialBase) {
  EXPECT_THAT(problems("name: x\nmcp_servers: [exa]"), HasSubstr("from_template: mcp-gateway"));
  EXPECT_EQ(problems("name: x\nfrom_template: mcp-gateway\nmcp_servers: [exa]"), "accepted");
  EXPECT_THAT(problems("name: x\ndevcontainer_start: /w"),
              HasSubstr("from_template: devcontainer"));
}

TEST(TemplateFile, RefusesValuesOfTheWrongKind) {
  EXPECT_THAT(problems("name: [a]"), HasSubstr("t.yaml:1:7: name: expected text, got a list"));
  EXPECT_THAT(problems("name: x\nsteps: {run: a}"), HasSubstr("steps: expected a list"));
  EXPECT_THAT(problems("name: x\nsteps: [{run: a, copy: b}]"), HasSubstr("a step does one thing"));
  EXPECT_THAT(problems("name: x\nsteps: [{mkdir: /a, mode: 0888}]"), HasSubstr("octal digits"));
  EXPECT_THAT(problems("name: x\nsteps: [{run: []}]"), HasSubstr("nothing is given"));
  EXPECT_THAT(problems("name: x\nenv: {1A: b}"), HasSubstr("no name for a variable"));
  EXPECT_THAT(problems("name: x\nskip_cache: maybe"), HasSubstr("expected true or false"));
  EXPECT_THAT(problems("name: x\npip_packages: ['-r requirements.txt']"), HasSubstr("two items"));
  EXPECT_THAT(problems("name: x\nready_cmd: {port: 1, file: /x}"), HasSubstr("one ready helper"));
}

TEST(TemplateFile, RefusesWhatIsNoYaml) {
  EXPECT_THAT(problems("name: [x"), StartsWith("t.yaml:1:"));
  EXPECT_THAT(problems(""), HasSubstr("the file is empty"));
  EXPECT_THAT(problems("- a"), HasSubstr("key: value"));
  EXPECT_THAT(problems("name: x\n---\nname: y"), HasSubstr("more than one YAML document"));
  EXPECT_THAT(problems("name: x\n\xff"), HasSubstr("t.yaml:2: not UTF-8"));
  EXPECT_THAT(problems("a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                       "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n"
                       "e: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]"),
              HasSubstr("too many values"));
}

TEST(TemplateFile, CountsColumnsInCharacters) {
  EXPECT_THAT(problems("name: x\nenv: {A: \"ä\", B: [1]}"), HasSubstr("t.yaml:2:18:"));
}

TEST(TemplateFile, PointsIntoADockerfileInsideIt) {
  EXPECT_EQ(problems("name: x\nbase: custom\ndockerfile: |\n  FROM a\n\n  FROBNICATE b\n"),
            "t.yaml:6:3: unknown instruction FROBNICATE");
  EXPECT_THAT(problems("name: x\ndockerfile: no/such/file"), HasSubstr("cannot read no/such/file"));
}

}  // namespace
