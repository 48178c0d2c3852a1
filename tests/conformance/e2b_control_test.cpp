// The E2B backend and its control API when all is not well.
#include <gmock/gmock.h>

#include "tests/conformance/e2b_world.hpp"

namespace sandport::conformance {
namespace {

using e2b_emulator::EmulatorOptions;
using e2b_emulator::Fault;
using e2b_emulator::Rule;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Json = nlohmann::json;

class E2bControl : public E2bWorld {};

Rule rule(Fault fault, const std::string& method, const std::string& path, int count = 1) {
  Rule made;
  made.fault = fault;
  made.method = method;
  made.path = path;
  made.count = count;
  return made;
}

TEST_F(E2bControl, AWrongKeyIsSaidInOneLineWithoutTheKey) {
  const auto backend = make_backend({{"api_key", "e2b_00000000000000000000ffff"}});
  const Error error = error_of(backend->create(SandboxSpec{}));
  EXPECT_EQ(error.code(), Code::kUnauthenticated);
  EXPECT_THAT(error.what(), StartsWith("E2B: API key refused (401)"));
  EXPECT_THAT(error.what(), Not(HasSubstr("ffff")));
  EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
}

TEST_F(E2bControl, AnUnknownTemplateIsNamed) {
  const auto backend = make_backend({{"template", "no-such-template"}});
  const Error error = error_of(backend->create(SandboxSpec{}));
  EXPECT_EQ(error.code(), Code::kNotFound) << error.what();
  EXPECT_THAT(error.what(), HasSubstr("no-such-template"));
}

TEST_F(E2bControl, UnknownAndKilledSandboxesAreNotFound) {
  const auto backend = make_backend();
  EXPECT_EQ(error_of(backend->connect("inosuchsandbox", SandboxSpec{})).code(), Code::kNotFound);
  const auto sandbox = wait(backend->create(SandboxSpec{}));
  cloud().kill(sandbox->id());
  EXPECT_EQ(error_of(backend->connect(sandbox->id(), SandboxSpec{})).code(), Code::kNotFound);
  wait(backend->dispose(sandbox->id()));
  wait(sandbox->dispose());
}

TEST_F(E2bControl, TheLimitOfSandboxesIsSaid) {
  EmulatorOptions options;
  options.most_sandboxes = 1;
  begin(std::move(options));
  const auto first = make_sandbox({{"retries", 0}});
  const Error error = error_of(backend().create(SandboxSpec{}));
  EXPECT_EQ(error.code(), Code::kResourceExhausted) << error.what();
  EXPECT_TRUE(error.retryable());
  EXPECT_EQ(cloud().sandboxes().size(), 1u);
}

TEST_F(E2bControl, ACreateWhoseAnswerIsLostLeaksNothing) {
  fault(rule(Fault::kLostReply, "POST", "/sandboxes"));
  const auto sandbox = make_sandbox();
  ASSERT_EQ(cloud().sandboxes().size(), 1u);
  EXPECT_EQ(cloud().sandboxes()[0], sandbox->id());
  EXPECT_EQ(run(*sandbox, "echo adopted").out, "adopted\n");
}

TEST_F(E2bControl, ACreateThatIsToWaitIsMadeAgain) {
  Rule limited = rule(Fault::kStatus, "POST", "/sandboxes");
  limited.status = 429;
  limited.headers = {{"Retry-After", "0"}};
  fault(limited);
  fault(rule(Fault::kStatus, "POST", "/sandboxes"));  // 503
  const auto sandbox = make_sandbox();
  EXPECT_EQ(cloud().sandboxes().size(), 1u);
  EXPECT_EQ(seen("POST", "/sandboxes"), 3);
}

TEST_F(E2bControl, OnlyTheNewerRoutes) {
  EmulatorOptions options;
  options.routes = e2b_emulator::RouteGeneration::kSecond;
  begin(std::move(options));
  const auto sandbox = make_sandbox();
  EXPECT_EQ(run(*sandbox, "echo there").out, "there\n");
}

TEST_F(E2bControl, AnHtmlPageInPlaceOfAnAnswer) {
  fault(rule(Fault::kHtml, "GET", "/sandboxes/*", -1));
  const auto sandbox = make_sandbox({{"retries", 0}});
  const Error error = error_of(backend().connect(sandbox->id(), SandboxSpec{}));
  EXPECT_THAT(error.what(), HasSubstr("HTML"));
  EXPECT_THAT(error.what(), Not(HasSubstr("<")));
}

TEST_F(E2bControl, ListsPageByPageAndByLabel) {
  const auto backend = make_backend();
  SandboxSpec spec;
  spec.labels = {{"group", "a b&c=d"}};
  for (int i = 0; i < 3; ++i) wait(backend->create(spec));
  wait(backend->create(SandboxSpec{}));
  SandboxFilter filter;
  filter.labels = spec.labels;
  filter.limit = 2;
  const SandboxPage first = wait(backend->list(filter));
  ASSERT_EQ(first.sandboxes.size(), 2u);
  EXPECT_EQ(first.sandboxes[0].labels.at("group"), "a b&c=d");
  ASSERT_FALSE(first.next_page.empty());
  filter.page = first.next_page;
  const SandboxPage second = wait(backend->list(filter));
  EXPECT_EQ(second.sandboxes.size(), 1u);
  EXPECT_TRUE(second.next_page.empty());
}

TEST_F(E2bControl, ConnectingNeverShortensALife) {
  const auto sandbox = make_sandbox({{"timeout", "1h"}});
  const auto end = [&] { return Json::parse(wait(sandbox->refresh()).json).at("expires_at"); };
  const auto before = end();
  const auto other = make_backend({{"timeout", "1m"}});
  wait(other->connect(sandbox->id(), SandboxSpec{}));
  const auto unasked = make_backend();
  wait(unasked->connect(sandbox->id(), SandboxSpec{}));
  EXPECT_EQ(end(), before);
  const auto longer = make_backend({{"timeout", "5h"}});
  wait(longer->connect(sandbox->id(), SandboxSpec{}));
  EXPECT_NE(end(), before);
}

TEST_F(E2bControl, ALifeThatIsShortIsExtendedWhileItIsUsed) {
  const auto sandbox = make_sandbox({{"timeout", "10m"}});
  run(*sandbox, "true");
  EXPECT_EQ(seen("POST", "/sandboxes/" + sandbox->id() + "/timeout"), 0);
  wait(sandbox->set_timeout(std::chrono::minutes(1)));
  run(*sandbox, "true");
  EXPECT_EQ(seen("POST", "/sandboxes/" + sandbox->id() + "/timeout"), 2);
  run(*sandbox, "true");
  EXPECT_EQ(seen("POST", "/sandboxes/" + sandbox->id() + "/timeout"), 2);
}

TEST_F(E2bControl, PausedAndWokenAgain) {
  const auto sandbox = make_sandbox();
  write(*sandbox, "/home/user/kept", "kept");
  ASSERT_NE(sandbox->pause_extension(), nullptr);
  wait(sandbox->pause_extension()->pause());
  wait(sandbox->pause_extension()->pause());
  EXPECT_EQ(wait(sandbox->refresh()).state, SandboxState::kPaused);
  const Error error = error_of(sandbox->files().stat("/home/user/kept"));
  EXPECT_EQ(error.reason(), "SANDBOX_PAUSED") << error.what();
  wait(sandbox->pause_extension()->resume());
  EXPECT_EQ(read(*sandbox, "/home/user/kept"), "kept");
}

TEST_F(E2bControl, ConnectingWakes) {
  const auto sandbox = make_sandbox();
  cloud().pause(sandbox->id());
  const auto again = wait(backend().connect(sandbox->id(), SandboxSpec{}));
  EXPECT_EQ(run(*again, "echo awake").out, "awake\n");
}

TEST_F(E2bControl, SnapshotsAndForks) {
  const auto sandbox = make_sandbox();
  write(*sandbox, "/home/user/state", "here");
  SnapshotExtension* snapshots = sandbox->snapshot_extension();
  ASSERT_NE(snapshots, nullptr);
  const auto made = Json::parse(wait(snapshots->create("point")));
  const auto listed = Json::parse(wait(snapshots->list()));
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].at("id"), made.at("id"));
  const auto from = make_backend({{"template", made.at("id")}});
  const auto second = wait(from->create(SandboxSpec{}));
  EXPECT_EQ(read(*second, "/home/user/state"), "here");
  const auto fork = wait(snapshots->fork());
  EXPECT_NE(fork->id(), sandbox->id());
  EXPECT_EQ(read(*fork, "/home/user/state"), "here");
  wait(snapshots->remove(made.at("id")));
  EXPECT_TRUE(Json::parse(wait(snapshots->list())).empty());
}

TEST_F(E2bControl, MetricsLogsAndTheNetworkPolicy) {
  const auto sandbox = make_sandbox();
  ASSERT_NE(sandbox->metrics_extension(), nullptr);
  const auto points = Json::parse(wait(sandbox->metrics_extension()->read(0, 0)));
  ASSERT_TRUE(points.is_array());
  ASSERT_FALSE(points.empty());
  EXPECT_GT(points[0].at("memory_total_bytes"), 0);
  EXPECT_TRUE(Json::parse(wait(sandbox->metrics_extension()->logs())).is_array());
  ASSERT_NE(sandbox->network_extension(), nullptr);
  wait(sandbox->network_extension()->set_policy(R"({"deny_out":["10.0.0.0/8"]})"));
  const auto policy = Json::parse(wait(sandbox->network_extension()->policy()));
  EXPECT_EQ(policy.at("denyOut"), Json::array({"10.0.0.0/8"}));
}

TEST_F(E2bControl, PortsOfAPrivateSandboxNeedItsToken) {
  const auto sandbox = make_sandbox({{"network", {{"allow_public_traffic", false}}}});
  const HostUrl url = wait(sandbox->host_url(8080));
  EXPECT_EQ(url.url, "https://8080-" + sandbox->id() + ".e2b.app");
  EXPECT_EQ(url.headers.count("e2b-traffic-access-token"), 1u);
  const auto open = wait(make_backend()->create(SandboxSpec{}));
  EXPECT_TRUE(wait(open->host_url(8080)).headers.empty());
}

TEST_F(E2bControl, AnEnvdTooOldToUseIsEndedAgain) {
  EmulatorOptions options;
  options.envd_version = "0.0.9";
  begin(std::move(options));
  const auto backend = make_backend({{"secure", false}});
  const Error error = error_of(backend->create(SandboxSpec{}));
  EXPECT_EQ(error.reason(), "ENVD_TOO_OLD") << error.what();
  EXPECT_TRUE(cloud().sandboxes().empty());
}

}  // namespace
}  // namespace sandport::conformance
