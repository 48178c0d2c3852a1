// The openai model against a server that misbehaves: exit status, one line, and no key anywhere.
#include <boost/asio/awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "tests/integration/workspace.hpp"
#include "tests/support/http_server.hpp"

namespace sandport::testing {
namespace {

namespace fs = std::filesystem;
using boost::asio::awaitable;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kKey = "sk-recognisable-0123456789abcdef";

std::string chunk(const nlohmann::json& delta, const nlohmann::json& finish = nullptr) {
  return "data: " +
         nlohmann::json{{"id", "c1"},
                        {"object", "chat.completion.chunk"},
                        {"choices", {{{"index", 0}, {"delta", delta}, {"finish_reason", finish}}}}}
             .dump() +
         "\n\n";
}

class ModelServer : public Workspace {
 protected:
  ModelServer() { environment["TEST_API_KEY"] = kKey; }

  std::string manifest(const std::string& url, std::string_view options = "") const {
    return write("agent.yaml",
                 "version: 1\n"
                 "name: test\n"
                 "prompt: Go on.\n"
                 "sandbox: {uses: local}\n"
                 "tools: [{uses: shell}]\n"
                 "permissions: {allow: [\"bash_*\"]}\n"
                 "agent: {model_retries: 1, model_retry_delay: 1ms}\n"
                 "model:\n"
                 "  uses: openai\n"
                 "  with:\n"
                 "    base_url: " +
                     url +
                     "\n"
                     "    api_key: ${secret:TEST_API_KEY}\n"
                     "    model: test\n" +
                     std::string(options));
  }

  ProgramResult against(const HttpServer::Handler& handler, std::string_view options = "") const {
    const HttpServer server(handler);
    return go(server.url("/v1"), options);
  }

  ProgramResult go(const std::string& url, std::string_view options = "") const {
    const ProgramResult result = run({"run", manifest(url, options), "--verbose"});
    expect_no_key(result);
    EXPECT_THAT(sandboxes(), IsEmpty());
    return result;
  }

  void expect_no_key(const ProgramResult& result) const {
    EXPECT_THAT(result.out, Not(HasSubstr(kKey)));
    EXPECT_THAT(result.err, Not(HasSubstr(kKey)));
    for (const auto& entry : fs::recursive_directory_iterator(home())) {
      if (!entry.is_regular_file()) continue;
      EXPECT_EQ(read(entry.path()).find(kKey), std::string::npos) << entry.path();
    }
  }

  static HttpServer::Handler answer(int status, std::string body, std::string headers = "") {
    return [=](Exchange& exchange) -> awaitable<void> {
      co_await exchange.read_all();
      co_await exchange.reply(status, body, headers);
    };
  }
};

TEST_F(ModelServer, AnswersAndRunsACommand) {
  const ProgramResult result = against([](Exchange& exchange) -> awaitable<void> {
    const std::string body = co_await exchange.read_all();
    co_await exchange.begin(200, "Content-Type: text/event-stream");
    if (body.find("\"role\":\"tool\"") == std::string::npos) {
      const nlohmann::json call = {
          {"tool_calls",
           {{{"index", 0},
             {"id", "call_1"},
             {"type", "function"},
             {"function", {{"name", "bash_run"}, {"arguments", R"({"cmd":"echo ran"})"}}}}}}};
      const std::string first = chunk(call);
      const std::string last = chunk(nlohmann::json::object(), "tool_calls");
      co_await exchange.chunk(first);
      co_await exchange.chunk(last);
    } else {
      const std::string first = chunk({{"content", "It "}});
      const std::string last = chunk({{"content", "ran."}}, "stop");
      co_await exchange.chunk(first);
      co_await exchange.chunk(last);
    }
    co_await exchange.chunk("data: [DONE]\n\n");
    co_await exchange.end();
  });
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "It ran.\n");
}

TEST_F(ModelServer, RefusesTheKey) {
  const ProgramResult result = against(
      answer(401, std::string(R"({"error":{"message":"Incorrect API key: )") + kKey + "\"}}"));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("401")));
  EXPECT_THAT(result.err, Not(HasSubstr("retrying")));
}

TEST_F(ModelServer, DoesNotKnowTheModel) {
  const ProgramResult result =
      against(answer(404, R"({"error":{"message":"no such model: test"}})"));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("no such model")));
}

TEST_F(ModelServer, AsksToWait) {
  const ProgramResult result =
      against(answer(429, R"({"error":{"message":"too many requests"}})", "Retry-After: 0"));
  EXPECT_EQ(result.exit_code, 75);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("too many requests")));
  EXPECT_THAT(result.err, HasSubstr("retrying in"));
}

TEST_F(ModelServer, AsksToWaitLongerThanAPersonWould) {
  const ProgramResult result =
      against(answer(429, R"({"error":{"message":"too many requests"}})", "Retry-After: 7200"));
  EXPECT_EQ(result.exit_code, 75);
  EXPECT_THAT(result.err, Not(HasSubstr("retrying in")));
}

TEST_F(ModelServer, Breaks) {
  const ProgramResult result = against(answer(500, R"({"error":{"message":"out of order"}})"));
  EXPECT_EQ(result.exit_code, 75);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("out of order")));
}

TEST_F(ModelServer, StandsBehindAProxyThatSendsAPage) {
  const ProgramResult result = against(
      answer(502, "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n</body></html>\n",
             "Content-Type: text/html"));
  EXPECT_EQ(result.exit_code, 75);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("502")));
  EXPECT_THAT(result.err, Not(HasSubstr("<html>")));
}

TEST_F(ModelServer, IsNotThere) {
  const ProgramResult result = go("http://127.0.0.1:" + std::to_string(unused_port()) + "/v1");
  EXPECT_EQ(result.exit_code, 75);
  EXPECT_THAT(complaints(result), SizeIs(1));
  EXPECT_THAT(result.err, HasSubstr("127.0.0.1"));
}

TEST_F(ModelServer, StallsInTheMiddle) {
  const ProgramResult result = against(
      [](Exchange& exchange) -> awaitable<void> {
        co_await exchange.read_all();
        co_await exchange.begin(200, "Content-Type: text/event-stream");
        const std::string first = chunk({{"content", "Well"}});
        co_await exchange.chunk(first);
        co_await exchange.stall();
      },
      "    idle_timeout: 200ms\n");
  EXPECT_EQ(result.exit_code, 75);
  EXPECT_THAT(complaints(result), SizeIs(1));
}

TEST_F(ModelServer, ClosesInTheMiddle) {
  const ProgramResult result = against([](Exchange& exchange) -> awaitable<void> {
    co_await exchange.read_all();
    co_await exchange.begin(200, "Content-Type: text/event-stream");
    const std::string first = chunk({{"content", "Well"}});
    co_await exchange.chunk(first);
    exchange.close();
  });
  EXPECT_EQ(result.exit_code, 75);
  EXPECT_THAT(complaints(result), SizeIs(1));
}

TEST_F(ModelServer, SendsNoJson) {
  const ProgramResult result = against([](Exchange& exchange) -> awaitable<void> {
    co_await exchange.read_all();
    co_await exchange.begin(200, "Content-Type: text/event-stream");
    co_await exchange.chunk("data: {\"choices\": [{\n\n");
    co_await exchange.end();
  });
  EXPECT_NE(result.exit_code, 0);
  EXPECT_EQ(result.signal, 0);
  EXPECT_THAT(complaints(result), SizeIs(1));
}

TEST_F(ModelServer, SendsALineOfFiftyMegabytes) {
  const ProgramResult result = against([](Exchange& exchange) -> awaitable<void> {
    co_await exchange.read_all();
    co_await exchange.begin(200, "Content-Type: text/event-stream");
    const std::string piece(std::size_t{1} << 20, 'x');
    co_await exchange.chunk("data: ");
    try {
      for (int i = 0; i < 50; ++i) co_await exchange.chunk(piece);
      co_await exchange.end();
    } catch (const boost::system::system_error&) {  // the program has seen enough
    }
  });
  EXPECT_NE(result.exit_code, 0);
  EXPECT_EQ(result.signal, 0);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("max_event_size"))) << result.err;
}

TEST_F(ModelServer, CutsACharacterInTwo) {
  const ProgramResult result = against([](Exchange& exchange) -> awaitable<void> {
    co_await exchange.read_all();
    co_await exchange.begin(200, "Content-Type: text/event-stream");
    const std::string whole = chunk({{"content", "Grüße"}}, "stop");
    const std::size_t middle = whole.find("\xC3") + 1;
    const std::string first = whole.substr(0, middle);
    const std::string rest = whole.substr(middle);
    co_await exchange.chunk(first);
    co_await exchange.chunk(rest);
    co_await exchange.chunk("data: [DONE]\n\n");
    co_await exchange.end();
  });
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "Grüße\n");
}

TEST_F(ModelServer, SpeaksTlsThatNobodyVouchesFor) {
  const HttpServer server(answer(200, "{}"), make_certificate());
  const ProgramResult result = go(server.url("/v1"));
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("certificate")));
}

TEST_F(ModelServer, NeedsAKeyThatIsNotSet) {
  environment.erase("TEST_API_KEY");
  const HttpServer server(answer(200, "{}"));
  const ProgramResult result = run({"run", manifest(server.url("/v1"))});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(complaints(result), ElementsAre(HasSubstr("TEST_API_KEY")));
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(ModelServer, TellsTheKeyBackAndItIsMasked) {
  const ProgramResult result = against([](Exchange& exchange) -> awaitable<void> {
    co_await exchange.read_all();
    co_await exchange.begin(200, "Content-Type: text/event-stream");
    const std::string first = chunk({{"content", std::string("Your key is ") + kKey}}, "stop");
    co_await exchange.chunk(first);
    co_await exchange.chunk("data: [DONE]\n\n");
    co_await exchange.end();
  });
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Your key is "));
}

}  // namespace
}  // namespace sandport::testing
