#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/templates/e2b/dockerfile/print.hpp"
#include "read.hpp"

namespace {

using nlohmann::json;
using template_test::dockerfile_problems;
using template_test::dockerfile_request;
using testing::HasSubstr;

// The steps between those that every Dockerfile begins and ends with.
std::vector<std::string> steps(const std::string& text) {
  std::vector<std::string> lines;
  const json request = dockerfile_request(text);
  for (const json& step : request.at("steps")) {
    std::string line = step.at("type");
    for (const json& arg : step.at("args")) line += '|' + arg.get<std::string>();
    lines.push_back(std::move(line));
  }
  if (lines.size() < 4) return {"too few steps"};
  lines.erase(lines.begin(), lines.begin() + 2);
  lines.resize(lines.size() - 2);
  return lines;
}

using Steps = std::vector<std::string>;

TEST(DockerfileLowering, OfTheWorkedExample) {
  const json body = dockerfile_request(
      "FROM python:3.12\nARG FOO=bar\nARG BAZ\nRUN apt-get update && \\\n    apt-get install -y "
      "git\n"
      "COPY --chown=user:user a.txt q.log /app/\nWORKDIR /app\n"
      "CMD [\"python\",\"-m\",\"http.server\"]\n");
  EXPECT_EQ(body.at("fromImage"), "python:3.12");
  EXPECT_EQ(body.at("startCmd"), "python -m http.server");
  EXPECT_EQ(body.at("readyCmd"), "sleep 20");
  const json expected = json::parse(R"([
    {"type":"USER","args":["root"]}, {"type":"WORKDIR","args":["/"]},
    {"type":"ENV","args":["FOO","bar"]}, {"type":"ENV","args":["BAZ",""]},
    {"type":"RUN","args":["apt-get update && apt-get install -y git"]},
    {"type":"COPY","args":["a.txt","/app/","user:user",""]},
    {"type":"COPY","args":["q.log","/app/","user:user",""]},
    {"type":"WORKDIR","args":["/app"]}, {"type":"USER","args":["user"]}])");
  json steps = body.at("steps");
  for (json& step : steps) {
    EXPECT_EQ(step.at("force"), false);
    step.erase("force");
  }
  EXPECT_EQ(steps, expected);
}

TEST(DockerfileLowering, UnderstandsContinuationsCommentsAndEscapes) {
  EXPECT_EQ(steps("# syntax=docker/dockerfile:1\n# a comment\nFROM a\nrun  echo \"a   b\" \\\n"
                  "  # not a word of it\n\n  && echo c\\\nd\n"),
            Steps{"RUN|echo \"a   b\" && echo cd"});
  EXPECT_EQ(steps("# escape=`\nFROM a\nRUN echo C:\\ `\n  next\n"), Steps{"RUN|echo C:\\ next"});
  EXPECT_EQ(steps("FROM a\r\nRUN echo \"one \\\r\n   two\"\r\n"), Steps{"RUN|echo \"one    two\""});
}

TEST(DockerfileLowering, OfVariables) {
  EXPECT_EQ(
      steps(
          "FROM a\nENV A=1 B=\"two words\" \\\n  C=a\\ b\nENV D d  e\nENV E=$A$D PATH=/x:$PATH\n"),
      (Steps{"ENV|A|1|B|two words|C|a b", "ENV|D|d  e", "ENV|E|1d  e|PATH|/x:${PATH}"}));
  EXPECT_EQ(steps("ARG V=3\nFROM py:${V}-slim\nARG V\nARG W=$V\nWORKDIR /$W\nUSER u$V\n").front(),
            "ENV|V|3");
  EXPECT_EQ(dockerfile_request("ARG V=3\nFROM py:${V}-slim AS x").at("fromImage"), "py:3-slim");
  EXPECT_THAT(dockerfile_problems("FROM py:$V"), HasSubstr("Dockerfile:1:1: FROM: the value of V"));
  EXPECT_THAT(dockerfile_problems("FROM a\nWORKDIR /$HOME"), HasSubstr("the value of HOME"));
  EXPECT_THAT(dockerfile_problems("FROM a\nENV A='$B'"), HasSubstr("cannot be kept"));
  EXPECT_THAT(dockerfile_problems("FROM a\nENV A=1 word"), HasSubstr("not \"word\""));
}

TEST(DockerfileLowering, OfRunForms) {
  EXPECT_EQ(steps("FROM a\nRUN [\"echo\", \"a b\", \"$HOME\"]\n"), Steps{"RUN|echo 'a b' '$HOME'"});
  EXPECT_EQ(steps("FROM a\nRUN <<EOF\nset -e\necho \"hi\"\nEOF\n"),
            Steps{"RUN|set -e\necho \"hi\"\n"});
  EXPECT_EQ(steps("FROM a\nRUN <<-'EOF'\n\t#!/usr/bin/env python3\n\tprint(1)\n\tEOF\n"),
            Steps{"RUN|/usr/bin/env python3 <<'END_OF_SCRIPT'\nprint(1)\nEND_OF_SCRIPT\n"});
  EXPECT_EQ(steps("FROM a\nRUN cat <<A > /a && cat <<B > /b\n1\nA\n2\nB\n"),
            Steps{"RUN|cat <<A > /a && cat <<B > /b\n1\nA\n2\nB\n"});
  EXPECT_EQ(steps("FROM a\nRUN echo $((1<<2))\n"), Steps{"RUN|echo $((1<<2))"});
  EXPECT_EQ(steps("FROM a\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b\n"),
            Steps{"RUN|/bin/bash -o pipefail -c 'a | b'"});
  EXPECT_THAT(dockerfile_problems("FROM a\nRUN <<EOF\nx"), HasSubstr("no line \"EOF\""));
  EXPECT_THAT(dockerfile_problems("FROM a\nRUN --mount=type=cache,target=/x make"),
              HasSubstr("Dockerfile:2:1: RUN: --mount"));
}

TEST(DockerfileLowering, OfCopies) {
  EXPECT_EQ(steps("FROM a\nCOPY --chown=1:2 --chmod=755 --link a b/ /x/\nADD [\"c d\", \"/e f\"]\n"
                  "COPY /z .\nCOPY . .\n"),
            (Steps{"COPY|a|/x/|1:2|0755", "COPY|b/|/x/|1:2|0755", "COPY|c d|/e f||", "COPY|z|.||",
                   "COPY|.|.||"}));
  const std::vector<std::pair<const char*, const char*>> refused{
      {"COPY --from=b a /a", "one stage"},
      {"ADD https://x/y /y", "downloads nothing"},
      {"ADD x.tar.gz /y", "does not unpack"},
      {"COPY ../a /a", "leaves the context"},
      {"COPY a b /c", "ends in /"},
      {"COPY a", "a source and a destination"},
      {"COPY --parents a /c", "no counterpart"},
      {"COPY --chmod=u+x a /c", "octal"},
      {"COPY <<EOF /a\nx\nEOF", "heredoc"}};
  for (const auto& [line, reason] : refused) {
    EXPECT_THAT(dockerfile_problems(std::string("FROM a\n") + line),
                testing::AllOf(HasSubstr("Dockerfile:2:1: "), HasSubstr(reason)));
  }
}

TEST(DockerfileLowering, CombinesEntrypointAndCommand) {
  const auto start = [](const std::string& text) {
    return dockerfile_request("FROM a\n" + text).at("startCmd").get<std::string>();
  };
  EXPECT_EQ(start("CMD serve --port 1"), "serve --port 1");
  EXPECT_EQ(start("ENTRYPOINT [\"a\", \"b c\"]\nCMD [\"d\"]"), "a 'b c' d");
  EXPECT_EQ(start("CMD d e\nENTRYPOINT [\"a\"]"), "a /bin/sh -c 'd e'");
  EXPECT_EQ(start("ENTRYPOINT a b\nCMD [\"d\"]"), "a b");
  EXPECT_EQ(start("CMD one\nCMD two"), "two");
  EXPECT_FALSE(dockerfile_request("FROM a\nCMD one\nCMD []").contains("startCmd"));
}

TEST(DockerfileLowering, RefusesWhatATemplateCannotHold) {
  const std::vector<std::pair<const char*, const char*>> refused{
      {"FROM b", "second FROM"},    {"HEALTHCHECK CMD x", "ready_cmd"},
      {"ONBUILD RUN a", "ONBUILD"}, {"FROBNICATE", "unknown instruction FROBNICATE"},
      {"RUN", "nothing follows"},   {"USER a:b", "group"},
      {"SHELL bash", "JSON array"}, {"ENV 1A=2", "no name"}};
  for (const auto& [line, reason] : refused) {
    EXPECT_THAT(dockerfile_problems(std::string("FROM a\n") + line),
                testing::AllOf(HasSubstr("Dockerfile:2:1: "), HasSubstr(reason)));
  }
  EXPECT_THAT(dockerfile_problems("RUN a"), HasSubstr("in front of FROM"));
  EXPECT_THAT(dockerfile_problems(""), HasSubstr("needs a FROM"));
  EXPECT_THAT(dockerfile_problems("FROM scratch"), HasSubstr("FROM scratch"));
  EXPECT_THAT(dockerfile_problems("FROM --platform=linux/arm64 a"), HasSubstr("linux/amd64"));
}

TEST(DockerfileLowering, WarnsOfWhatHasNoEffect) {
  e2b_template::Diagnostics diagnostics;
  const auto from =
      template_test::source("FROM a\nEXPOSE 80\nLABEL a=b\n", e2b_template::Format::kDockerfile);
  static_cast<void>(e2b_template::read_template(from, diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 2u);
  EXPECT_EQ(to_string(diagnostics.all().at(0).place), "Dockerfile:2:1");
  EXPECT_THAT(diagnostics.all().at(0).message, HasSubstr("EXPOSE is left out"));
}

TEST(DockerfilePrint, GivesBackTheSameSteps) {
  const std::string text =
      "FROM python:3\nUSER root\nWORKDIR /\nENV A=\"two \\\"words\\\"\" P=\"/x:$PATH\"\n"
      "COPY --chown=u --chmod=0644 [\"a b\",\"/c d\"]\nCOPY x /y\nRUN <<EOF\na\nb\nEOF\nUSER bob\n"
      "RUN c | d\nWORKDIR /w\nCMD [\"serve\"]\n";
  const auto first =
      template_test::read(template_test::source(text, e2b_template::Format::kDockerfile));
  const std::string printed = e2b_template::print_dockerfile(first);
  const auto second =
      template_test::read(template_test::source(printed, e2b_template::Format::kDockerfile));
  // Every Dockerfile begins with the same two steps; the printed one says them once more.
  ASSERT_EQ(second.steps.size(), first.steps.size() + 2) << printed;
  for (std::size_t i = 0; i < first.steps.size(); ++i) {
    EXPECT_EQ(second.steps.at(i + 2).type, first.steps.at(i).type) << printed;
    EXPECT_EQ(second.steps.at(i + 2).args, first.steps.at(i).args) << printed;
  }
}

TEST(DockerfilePrint, KeepsTheUserOfACommand) {
  const auto made = template_test::read(
      template_test::source("name: x\nbase: python\npip_packages: [a]\nready_cmd: test -f /x"));
  EXPECT_EQ(e2b_template::print_dockerfile(made),
            "FROM python:3\nUSER root\nRUN pip install a\nUSER user\n"
            "# Ready when this succeeds: test -f /x\n");
}

}  // namespace
