#include "tests/conformance/e2b_world.hpp"

#include <cstdlib>

#include "host/engine/engine.hpp"

namespace sandport::conformance {
namespace {

Task<E2bRan> read_to_end(Process& process) {
  E2bRan ran;
  for (;;) {
    const std::optional<OutputChunk> chunk = co_await process.next_output();
    if (!chunk) break;
    if (chunk->channel == OutputChannel::kGap) {
      ++ran.gaps;
    } else {
      (chunk->channel == OutputChannel::kStderr ? ran.err : ran.out) += chunk->bytes;
    }
  }
  ran.exit = co_await process.wait();
  co_return ran;
}

Task<std::string> read_file(FileSystem& files, std::string path) {
  const std::unique_ptr<ByteStream> stream = co_await files.read(std::move(path), 0, kWholeFile);
  co_return co_await read_all(*stream);
}

}  // namespace

E2bWorld::E2bWorld() {
  std::string pattern = std::filesystem::temp_directory_path() / "sandport-e2b-XXXXXX";
  home_ = mkdtemp(pattern.data());
  setenv("SANDPORT_HOME", home_.c_str(), 1);
  setenv("SANDPORT_PLUGIN_PATH", SANDPORT_TEST_PLUGINS, 1);
  runtime_ = std::make_unique<Runtime>(RuntimeOptions{});
}

E2bWorld::~E2bWorld() {
  backend_.reset();
  runtime_.reset();
  cloud_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(home_, ignored);
}

void E2bWorld::begin(e2b_emulator::EmulatorOptions options) {
  cloud_ = std::make_unique<e2b_emulator::Emulator>(std::move(options));
}

e2b_emulator::Emulator& E2bWorld::cloud() {
  if (cloud_ == nullptr) begin({});
  return *cloud_;
}

std::unique_ptr<Backend> E2bWorld::make_backend(nlohmann::json options) {
  nlohmann::json all{
      {"api_key", cloud().api_key()}, {"api_url", cloud().url()}, {"sandbox_url", cloud().url()}};
  if (options.is_object()) all.update(options);
  manifest::PluginUse use;
  use.uses = "e2b";
  use.options = all.dump();
  const FoundPlugin found = runtime_->plugins().find("backend", use.uses);
  return runtime_->make_backend(found, use);
}

std::unique_ptr<Sandbox> E2bWorld::make_sandbox(nlohmann::json options) {
  backend_ = make_backend(std::move(options));
  return wait(backend_->create(SandboxSpec{}));
}

std::unique_ptr<Process> E2bWorld::start(Sandbox& sandbox, const std::string& line,
                                         StdinMode input) {
  ExecRequest request;
  request.argv = {"/bin/sh", "-c", line};
  request.stdin_mode = input;
  return wait(sandbox.exec(std::move(request)));
}

E2bRan E2bWorld::finish(Process& process) { return wait(read_to_end(process)); }

void E2bWorld::write(Sandbox& sandbox, const std::string& path, std::string content,
                     WriteMode mode) {
  const std::uint64_t size = content.size();
  wait(sandbox.files().write(path, std::make_unique<StringStream>(std::move(content)), size, mode));
}

std::string E2bWorld::read(Sandbox& sandbox, const std::string& path) {
  return wait(read_file(sandbox.files(), path));
}

int E2bWorld::seen(const std::string& method, const std::string& path) {
  int count = 0;
  for (const auto& request : cloud().requests()) {
    if (request.method == method && request.target.starts_with(path)) ++count;
  }
  return count;
}

}  // namespace sandport::conformance
