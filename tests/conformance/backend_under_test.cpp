#include "tests/conformance/backend_under_test.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/assembly/runtime.hpp"
#include "host/engine/engine.hpp"
#include "tests/emulators/e2b/emulator.hpp"

namespace sandport::conformance {
namespace {

bool real_service() { return std::getenv("SANDPORT_CONFORMANCE_REAL") != nullptr; }

Task<Ran> run_to_end(Sandbox& sandbox, ExecRequest request, std::string input) {
  const bool feed = request.stdin_mode == StdinMode::kPipe;
  const std::unique_ptr<Process> process = co_await sandbox.exec(std::move(request));
  if (feed) {
    if (!input.empty()) co_await process->write_stdin(input);
    co_await process->close_stdin();
  }
  Ran ran;
  for (;;) {
    const std::optional<OutputChunk> chunk = co_await process->next_output();
    if (!chunk) break;
    (chunk->channel == OutputChannel::kStderr ? ran.err : ran.out) += chunk->bytes;
  }
  ran.exit = co_await process->wait();
  co_return ran;
}

Task<std::string> read_file(FileSystem& files, std::string path, std::uint64_t offset,
                            std::uint64_t limit) {
  const std::unique_ptr<ByteStream> stream = co_await files.read(std::move(path), offset, limit);
  co_return co_await read_all(*stream);
}

}  // namespace

std::vector<BackendCase> backend_cases() {
  std::vector<BackendCase> cases{{"local"}, {"e2b"}};
  if (const char* wanted = std::getenv("SANDPORT_CONFORMANCE_BACKENDS"); wanted != nullptr) {
    const std::string list = "," + std::string(wanted) + ",";
    std::erase_if(cases, [&](const BackendCase& entry) {
      return list.find("," + entry.name + ",") == std::string::npos;
    });
  }
  return cases;
}

// In the order of making: the runtime goes last, but for the emulator.
struct BackendTest::Host {
  // What stands under `with:`.
  std::string options_for(const std::string& name) {
    if (name != "e2b" || real_service()) return "{}";
    emulator = std::make_unique<e2b_emulator::Emulator>();
    const nlohmann::json options{{"api_key", emulator->api_key()},
                                 {"api_url", emulator->url()},
                                 {"sandbox_url", emulator->url()}};
    return options.dump();
  }

  Host() {
    std::string pattern = std::filesystem::temp_directory_path() / "sandport-conformance-XXXXXX";
    home = mkdtemp(pattern.data());
    setenv("SANDPORT_HOME", home.c_str(), 1);
    setenv("SANDPORT_PLUGIN_PATH", SANDPORT_TEST_PLUGINS, 1);
    runtime = std::make_unique<Runtime>(RuntimeOptions{});
  }
  ~Host() {
    backend.reset();
    runtime.reset();
    std::error_code ignored;
    std::filesystem::remove_all(home, ignored);
  }

  std::filesystem::path home;
  std::unique_ptr<e2b_emulator::Emulator> emulator;
  std::unique_ptr<Runtime> runtime;
  std::unique_ptr<Backend> backend;
};

BackendTest::BackendTest() = default;
BackendTest::~BackendTest() = default;

void BackendTest::SetUp() {
  if (real_service() && GetParam().name == "e2b" && std::getenv("E2B_API_KEY") == nullptr) {
    GTEST_SKIP() << "skipped: E2B_API_KEY is not set";
  }
  host_ = std::make_unique<Host>();
  manifest::PluginUse use;
  use.uses = GetParam().name;
  use.options = host_->options_for(use.uses);
  const FoundPlugin found = host_->runtime->plugins().find("backend", use.uses);
  host_->backend = host_->runtime->make_backend(found, use);
  sandbox_ = wait(host_->backend->create(SandboxSpec{}));
  dir_ = sandbox_->info().work_dir + "/case";
  wait(files().mkdir(dir_, Parents::kCreate));
}

void BackendTest::TearDown() {
  if (host_ == nullptr) return;  // skipped
  if (sandbox_ != nullptr) wait(sandbox_->dispose());
  sandbox_.reset();
  host_.reset();
}

Engine& BackendTest::engine() { return host_->runtime->engine(); }
Backend& BackendTest::backend() { return *host_->backend; }

Ran BackendTest::run(ExecRequest request, std::string input) {
  if (request.cwd.empty()) request.cwd = dir_;
  if (!input.empty()) request.stdin_mode = StdinMode::kPipe;
  return wait(run_to_end(*sandbox_, std::move(request), std::move(input)));
}

Ran BackendTest::run(std::vector<std::string> argv, std::string input) {
  ExecRequest request;
  request.argv = std::move(argv);
  return run(std::move(request), std::move(input));
}

Ran BackendTest::sh(const std::string& line, std::string input) {
  return run({"/bin/sh", "-c", line}, std::move(input));
}

FileEntry BackendTest::write(const std::string& file, std::string content, WriteMode mode) {
  const std::uint64_t size = content.size();
  return wait(files().write(file, std::make_unique<StringStream>(std::move(content)), size, mode));
}

std::string BackendTest::read(const std::string& file, std::uint64_t offset, std::uint64_t limit) {
  return wait(read_file(files(), file, offset, limit));
}

std::vector<std::string> BackendTest::names(const std::string& directory) {
  std::vector<std::string> found;
  for (const FileEntry& entry : wait(files().list(directory))) found.push_back(entry.name);
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> BackendTest::glob_names(const std::string& pattern) {
  GlobRequest request;
  request.root = dir_;
  request.pattern = pattern;
  std::vector<std::string> found;
  for (const std::string& match : wait(glob(*sandbox_, request))) {
    found.push_back(match.substr(dir_.size() + 1));
  }
  return found;
}

}  // namespace sandport::conformance
