#include <fstream>

#include "tests/unit/host/engine/http_fixture.hpp"
#include "tests/unit/host/engine/temporary_directory.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;
using testing::Exchange;
using testing::HttpServer;
using HttpTlsTest = testing::HttpClientTest;

asio::awaitable<void> greet_securely(Exchange& exchange) { co_await exchange.reply(200, "secure"); }

TEST_F(HttpTlsTest, AnUnknownCertificateIsRefusedWithAdvice) {
  const HttpServer server(greet_securely, testing::make_certificate());
  const Error error = failure_of({.url = server.url()});
  EXPECT_EQ(error.code(), Code::kFailedPrecondition);
  const std::string text = error.what();
  EXPECT_NE(text.find("127.0.0.1"), std::string::npos) << text;
  EXPECT_NE(text.find("SSL_CERT_FILE"), std::string::npos) << text;
}

TEST_F(HttpTlsTest, TheAuthorityInTheCaFileIsTrusted) {
  const testing::TemporaryDirectory directory;
  const auto certificate = testing::make_certificate();
  const auto file = directory.path() / "ca.pem";
  std::ofstream(file) << certificate.certificate_pem;
  const HttpServer server(greet_securely, certificate);
  NetworkSettings settings = testing::no_proxy();
  settings.ca_file = file.string();
  HttpClient client(engine_, settings);
  EXPECT_EQ(block_on(engine_, fetch_on(client, {.url = server.url()})).body, "secure");
}

TEST_F(HttpTlsTest, AMissingCaFileIsNamedAsTheReason) {
  const HttpServer server(greet_securely, testing::make_certificate());
  NetworkSettings settings = testing::no_proxy();
  settings.ca_file = "/no/such/ca.pem";
  HttpClient client(engine_, settings);
  const Error error = failure_on(client, {.url = server.url()});
  EXPECT_EQ(error.code(), Code::kFailedPrecondition);
  EXPECT_NE(std::string(error.what()).find("ca_file"), std::string::npos) << error.what();
}

TEST_F(HttpTlsTest, PlainHttpBehindAnHttpsUrlIsExplained) {
  const HttpServer server(greet_securely);
  std::string url = server.url();
  url.replace(0, 4, "https");
  const Error error = failure_of({.url = url});
  EXPECT_EQ(error.code(), Code::kFailedPrecondition);
  EXPECT_NE(std::string(error.what()).find("scheme and port"), std::string::npos) << error.what();
}

}  // namespace
}  // namespace sandport
