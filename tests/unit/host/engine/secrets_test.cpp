#include "host/engine/secrets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>

#include "core/error.hpp"
#include "host/engine/base64.hpp"
#include "tests/unit/host/engine/temporary_directory.hpp"

namespace sandport {
namespace {

class SecretsTest : public ::testing::Test {
 protected:
  std::string write_file(const std::string& name, const std::string& content, mode_t mode) {
    const std::string path = (directory_.path() / name).string();
    std::ofstream(path) << content;
    ::chmod(path.c_str(), mode);
    return path;
  }

  Error failure_of(std::string_view name) {
    try {
      static_cast<void>(secrets_.get(name));
      ADD_FAILURE() << "there was a secret";
    } catch (const Error& error) {
      return error;
    }
    return {Code::kOk, ""};
  }

  testing::TemporaryDirectory directory_;
  std::map<std::string, std::string> environment_;
  Secrets secrets_{[this](const std::string& name) -> std::optional<std::string> {
    const auto found = environment_.find(name);
    return found == environment_.end() ? std::nullopt : std::optional(found->second);
  }};
};

TEST_F(SecretsTest, ComesFromTheVariable) {
  environment_["API_KEY"] = "from the variable";
  EXPECT_EQ(secrets_.get("API_KEY"), "from the variable");
}

TEST_F(SecretsTest, ComesFromTheFileThatAVariableNamesLessTheLineEnd) {
  environment_["API_KEY_FILE"] = write_file("key", "from the file\n", 0600);
  EXPECT_EQ(secrets_.get("API_KEY"), "from the file");
}

TEST_F(SecretsTest, ComesFromTheSecretsDirectory) {
  write_file("API_KEY", "from the directory\r\n", 0400);
  environment_["SANDPORT_SECRETS_DIR"] = directory_.path().string();
  EXPECT_EQ(secrets_.get("API_KEY"), "from the directory");
}

TEST_F(SecretsTest, RefusesAFileThatOthersMayRead) {
  for (const mode_t mode : {0640, 0604, 0660}) {
    environment_["API_KEY_FILE"] = write_file("key", "open", mode);
    const Error error = failure_of("API_KEY");
    EXPECT_EQ(error.code(), Code::kPermissionDenied);
    EXPECT_NE(std::string(error.what()).find("chmod 600"), std::string::npos);
  }
}

TEST_F(SecretsTest, SaysWhereItLooked) {
  environment_["SANDPORT_SECRETS_DIR"] = directory_.path().string();
  environment_["API_KEY"] = "";
  const Error error = failure_of("API_KEY");
  EXPECT_EQ(error.code(), Code::kNotFound);
  for (const char* place : {"API_KEY_FILE", directory_.path().c_str()}) {
    EXPECT_NE(std::string(error.what()).find(place), std::string::npos) << error.what();
  }
}

TEST_F(SecretsTest, NamesCannotLeaveTheDirectory) {
  environment_["SANDPORT_SECRETS_DIR"] = directory_.path().string();
  for (const char* name : {"../etc/passwd", "a/b", "", "1A", "A-B"}) {
    EXPECT_EQ(failure_of(name).code(), Code::kInvalidArgument) << name;
  }
}

TEST_F(SecretsTest, RefusesADirectoryAndAHugeFile) {
  environment_["API_KEY_FILE"] = directory_.path().string();
  ::chmod(directory_.path().c_str(), 0700);
  EXPECT_EQ(failure_of("API_KEY").code(), Code::kFailedPrecondition);
  environment_["API_KEY_FILE"] = write_file("huge", std::string(1024 * 1024 + 1, 'x'), 0600);
  EXPECT_EQ(failure_of("API_KEY").code(), Code::kFailedPrecondition);
}

TEST_F(SecretsTest, MasksWhatWasGivenOutInEveryForm) {
  const std::string value = "s3cret/with+odd \"chars\"";
  environment_["API_KEY"] = value;
  EXPECT_EQ(secrets_.redact(value), value) << "not known yet";
  static_cast<void>(secrets_.get("API_KEY"));
  EXPECT_EQ(secrets_.redact("Bearer " + value + "; " + value), "Bearer ***; ***");
  EXPECT_EQ(secrets_.redact("?key=s3cret%2Fwith%2Bodd%20%22chars%22&x"), "?key=***&x");
  EXPECT_EQ(secrets_.redact("?key=s3cret%2fwith%2bodd%20%22chars%22&x"), "?key=***&x");
  EXPECT_EQ(secrets_.redact(R"({"key": "s3cret/with+odd \"chars\""})"), R"({"key": "***"})");
}

TEST_F(SecretsTest, MasksTheValueInsideBase64AtEveryPlace) {
  const std::string value = "a-rather-long-token-value";
  secrets_.remember(value);
  for (const char* before : {"", "u", "us", "use", "user:"}) {
    for (const char* after : {"", "!", "!!", "!!!"}) {
      const std::string text = base64_encode(before + value + after);
      const std::string masked = secrets_.redact(text);
      EXPECT_NE(masked.find("***"), std::string::npos) << text;
      // What is left tells at most the octets that mix with their neighbours.
      EXPECT_LE(masked.size(), 3 + base64_encode(std::string(before) + after).size() + 8) << masked;
    }
  }
}

TEST_F(SecretsTest, LeavesShortValuesAndOtherTextAlone) {
  secrets_.remember("abc");
  secrets_.remember("");
  secrets_.remember("long enough");
  EXPECT_EQ(secrets_.redact("abc is a short word"), "abc is a short word");
}

TEST_F(SecretsTest, TheLongerOfTwoOverlappingValuesIsMaskedWhole) {
  secrets_.remember("prefix");
  secrets_.remember("prefix-and-more");
  EXPECT_EQ(secrets_.redact("x prefix-and-more y"), "x *** y");
}

}  // namespace
}  // namespace sandport
