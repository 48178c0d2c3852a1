// One backend, loaded as a plugin, with a fresh sandbox: what every conformance test works in.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/sandbox/sandbox.hpp"
#include "host/engine/block_on.hpp"

namespace sandport::conformance {

// A backend's name in manifests. A remote one runs on an emulator.
struct BackendCase {
  std::string name;
};

// All that are to pass. SANDPORT_CONFORMANCE_BACKENDS, a comma-separated list of names, narrows it.
// With SANDPORT_CONFORMANCE_REAL remote ones run on the real service, and are skipped where there
// is no key for it.
[[nodiscard]] std::vector<BackendCase> backend_cases();

struct Ran {
  ExitStatus exit;
  std::string out;
  std::string err;
};

class BackendTest : public testing::TestWithParam<BackendCase> {
 protected:
  BackendTest();
  ~BackendTest() override;
  void SetUp() override;
  void TearDown() override;

  template <typename T>
  T wait(Task<T> work) {
    return block_on(engine(), std::move(work));
  }

  [[nodiscard]] Sandbox& sandbox() { return *sandbox_; }
  [[nodiscard]] Backend& backend();
  [[nodiscard]] FileSystem& files() { return sandbox_->files(); }
  // A directory of the sandbox that this test has for itself, absolute.
  [[nodiscard]] const std::string& dir() const { return dir_; }
  [[nodiscard]] std::string path(const std::string& name) const { return dir_ + "/" + name; }

  // Runs to the end, in dir(), with this as its whole input.
  Ran run(ExecRequest request, std::string input = {});
  Ran run(std::vector<std::string> argv, std::string input = {});
  Ran sh(const std::string& line, std::string input = {});

  FileEntry write(const std::string& file, std::string content,
                  WriteMode mode = WriteMode::kReplace);
  std::string read(const std::string& file, std::uint64_t offset = 0,
                   std::uint64_t limit = kWholeFile);
  std::vector<std::string> names(const std::string& directory);
  std::vector<std::string> glob_names(const std::string& pattern);
  // The error that `work` ends with; kOk when it does not.
  template <typename T>
  Error error_of(Task<T> work) {
    try {
      wait(std::move(work));
    } catch (const Error& error) {
      return error;
    }
    return Error(Code::kOk, "it succeeded");
  }

 private:
  [[nodiscard]] Engine& engine();

  struct Host;
  std::unique_ptr<Host> host_;
  std::unique_ptr<Sandbox> sandbox_;
  std::string dir_;
};

}  // namespace sandport::conformance
