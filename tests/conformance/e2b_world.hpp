// An emulated E2B cloud and the plugin's backend on it, for tests of what goes wrong.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/error.hpp"
#include "core/sandbox/sandbox.hpp"
#include "host/assembly/runtime.hpp"
#include "host/engine/block_on.hpp"
#include "tests/emulators/e2b/emulator.hpp"

namespace sandport::conformance {

struct E2bRan {
  ExitStatus exit;
  std::string out;
  std::string err;
  int gaps = 0;
};

class E2bWorld : public testing::Test {
 protected:
  E2bWorld();
  ~E2bWorld() override;

  // Before anything else, where the emulator is not to be the default one.
  void begin(e2b_emulator::EmulatorOptions options);
  [[nodiscard]] e2b_emulator::Emulator& cloud();
  void fault(e2b_emulator::Rule rule) { cloud().add_rule(std::move(rule)); }

  // A backend with these options; the addresses and the key are added.
  [[nodiscard]] std::unique_ptr<Backend> make_backend(nlohmann::json options = {});
  // The same and a sandbox of it. The backend stays until the end.
  [[nodiscard]] std::unique_ptr<Sandbox> make_sandbox(nlohmann::json options = {});
  [[nodiscard]] Backend& backend() { return *backend_; }

  template <typename T>
  T wait(Task<T> work) {
    return block_on(runtime_->engine(), std::move(work));
  }
  // What `work` ends with; kOk when it does not fail.
  template <typename T>
  Error error_of(Task<T> work) {
    try {
      wait(std::move(work));
    } catch (const Error& error) {
      return error;
    }
    return Error(Code::kOk, "it succeeded");
  }

  // A shell command that has started.
  [[nodiscard]] std::unique_ptr<Process> start(Sandbox& sandbox, const std::string& line,
                                               StdinMode input = StdinMode::kEmpty);
  // Reads it to its end.
  E2bRan finish(Process& process);
  E2bRan run(Sandbox& sandbox, const std::string& line) {
    const auto process = start(sandbox, line);
    return finish(*process);
  }
  void write(Sandbox& sandbox, const std::string& path, std::string content,
             WriteMode mode = WriteMode::kReplace);
  std::string read(Sandbox& sandbox, const std::string& path);
  // How many requests with this method and beginning of the path the cloud has seen.
  [[nodiscard]] int seen(const std::string& method, const std::string& path);

 private:
  std::filesystem::path home_;
  std::unique_ptr<e2b_emulator::Emulator> cloud_;
  std::unique_ptr<Runtime> runtime_;
  std::unique_ptr<Backend> backend_;
};

}  // namespace sandport::conformance
