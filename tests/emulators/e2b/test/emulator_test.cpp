// The emulator as a whole, in this process.
#include "tests/emulators/e2b/emulator.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>

#include "core/error.hpp"

namespace sandport::e2b_emulator {
namespace {

// Sends a request on a connection of its own, and returns the whole answer.
std::string ask(const Emulator& emulator, const std::string& head, const std::string& body = {}) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(emulator.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const std::string request = head +
                                "\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body;
    static_cast<void>(::send(fd, request.data(), request.size(), MSG_NOSIGNAL));
    char buffer[4096];
    for (ssize_t size = 0; (size = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(size));
    }
  }
  ::close(fd);
  return answer;
}

std::string with_key(const Emulator& emulator, const std::string& line) {
  return line + " HTTP/1.1\r\nX-API-Key: " + emulator.api_key();
}

std::string create(const Emulator& emulator) {
  const std::string answer = ask(emulator, with_key(emulator, "POST /sandboxes"),
                                 R"({"templateID": "base", "timeout": 60})");
  const std::string mark = R"("sandboxID":")";
  const std::size_t at = answer.find(mark);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + mark.size();
  return answer.substr(begin, answer.find('"', begin) - begin);
}

TEST(EmulatorTest, StartsAndStopsWithoutARequest) {
  const Emulator emulator;
  EXPECT_NE(emulator.port(), 0);
  EXPECT_NE(emulator.isolation(), Isolation::kBest);
  EXPECT_TRUE(emulator.sandboxes().empty());
}

TEST(EmulatorTest, RemembersRequestsAndChecksTheKey) {
  Emulator emulator;
  const std::string answer = ask(emulator, "GET /sandboxes?x=1 HTTP/1.1\r\nX-API-Key: wrong");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 ")) << answer;
  ASSERT_EQ(emulator.requests().size(), 1u);
  EXPECT_EQ(emulator.requests()[0].target, "/sandboxes?x=1");
  EXPECT_EQ(emulator.requests()[0].header("x-api-key"), "wrong");
  emulator.clear_requests();
  EXPECT_TRUE(emulator.requests().empty());
}

TEST(EmulatorTest, ARuleSpoilsOneAnswer) {
  Emulator emulator;
  Rule rule;
  rule.status = 429;
  rule.headers = {{"Retry-After", "7"}};
  emulator.add_rule(rule);
  const std::string list = with_key(emulator, "GET /sandboxes");
  const std::string spoiled = ask(emulator, list);
  EXPECT_TRUE(spoiled.starts_with("HTTP/1.1 429 ")) << spoiled;
  EXPECT_NE(spoiled.find("Retry-After: 7\r\n"), std::string::npos);
  EXPECT_TRUE(ask(emulator, list).ends_with("\r\n\r\n[]"));
}

TEST(EmulatorTest, EndsTheSandboxesThatATestWantsToEnd) {
  Emulator emulator;
  const std::string id = create(emulator);
  EXPECT_EQ(emulator.sandboxes(), std::vector{id});
  emulator.pause(id);
  const std::string paused = ask(emulator, with_key(emulator, "GET /sandboxes/" + id));
  EXPECT_NE(paused.find(R"("state":"paused")"), std::string::npos) << paused;
  EXPECT_THROW(emulator.kill(id), Error);
  const std::string other = create(emulator);
  emulator.kill(other);
  EXPECT_EQ(emulator.sandboxes(), std::vector{id});
  try {
    emulator.expire("unknown");
    ADD_FAILURE() << "it found an unknown sandbox";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kNotFound);
  }
}

TEST(EmulatorTest, OnlyOneGenerationOfRoutesWhenTold) {
  EmulatorOptions options;
  options.routes = RouteGeneration::kSecond;
  const Emulator emulator(options);
  EXPECT_EQ(create(emulator), "");
}

TEST(EmulatorTest, OneSandboxTooManyIsRefused) {
  EmulatorOptions options;
  options.most_sandboxes = 1;
  const Emulator emulator(options);
  EXPECT_NE(create(emulator), "");
  const std::string refused = ask(emulator, with_key(emulator, "POST /sandboxes"),
                                  R"({"templateID": "base", "timeout": 60})");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 429 ")) << refused;
  EXPECT_EQ(refused.find("Retry-After"), std::string::npos);
}

}  // namespace
}  // namespace sandport::e2b_emulator
