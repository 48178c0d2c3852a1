#include "tests/integration/workspace.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace sandport::testing {
namespace fs = std::filesystem;

Workspace::Workspace() {
  std::string name = fs::temp_directory_path() / "sandport-integration-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  directory_ = name;
  const char* search = std::getenv("PATH");
  environment = {{"HOME", directory_.string()},
                 {"SANDPORT_HOME", home().string()},
                 {"PATH", search == nullptr ? "/usr/bin:/bin" : search},
                 {"TERM", "dumb"}};
  // Sanitizers are told what to do through the environment.
  for (const char* name_of : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name_of); value != nullptr) environment[name_of] = value;
  }
}

Workspace::~Workspace() {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

std::string Workspace::write(std::string_view name, std::string_view text) const {
  const fs::path file = path(name);
  std::ofstream(file, std::ios::binary) << text;
  return file.string();
}

std::string Workspace::read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

ProgramOptions Workspace::call(std::vector<std::string> arguments) const {
  ProgramOptions options;
  options.arguments = std::move(arguments);
  options.environment = environment;
  options.directory = directory_.string();
  return options;
}

ProgramResult Workspace::run(std::vector<std::string> arguments) const {
  return Program(call(std::move(arguments))).wait();
}

ProgramResult Workspace::run(std::vector<std::string> arguments, std::string input) const {
  ProgramOptions options = call(std::move(arguments));
  options.bytes = std::move(input);
  return Program(options).wait();
}

std::vector<std::string> Workspace::sandboxes() const {
  std::vector<std::string> found;
  std::error_code none;
  for (const auto& entry :
       fs::directory_iterator(home() / "plugins" / "dev.sandport.local" / "sandboxes", none)) {
    found.push_back(entry.path().filename().string());
  }
  return found;
}

nlohmann::json Workspace::last_session() const {
  const ProgramResult listed = run({"session", "list", "--limit", "1", "--output", "json"});
  const auto sessions = nlohmann::json::parse(listed.out, nullptr, false);
  if (!sessions.is_array() || sessions.empty()) {
    throw std::runtime_error("no session is listed: " + listed.out + listed.err);
  }
  return sessions[0];
}

std::string Workspace::exported(const std::string& session) const {
  return run({"session", "export", session}).out;
}

std::string scripted_manifest(std::string_view turns, std::string_view more) {
  std::string text =
      "version: 1\n"
      "name: test\n"
      "prompt: Go on.\n"
      "sandbox: {uses: local}\n"
      "tools: [{uses: files}, {uses: shell}, {uses: todo}]\n";
  text += more;
  if (more.find("permissions:") == std::string_view::npos) {
    text += "permissions: {allow: [\"fs_*\", \"todo_*\", \"bash_*\"]}\n";
  }
  if (more.find("agent:") == std::string_view::npos) {
    text += "agent: {model_retries: 1, model_retry_delay: 1ms}\n";
  }
  text += "model:\n  uses: scripted\n  with:\n    turns:\n";
  std::istringstream lines{std::string(turns)};
  for (std::string line; std::getline(lines, line);) text += "      " + line + "\n";
  return text;
}

std::string shell_turn(std::string_view command) {
  return "- tool_calls: [{name: bash_run, arguments: {cmd: " + nlohmann::json(command).dump() +
         "}}]\n";
}

std::vector<nlohmann::json> json_lines(const std::string& text) {
  std::vector<nlohmann::json> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) found.push_back(nlohmann::json::parse(line));
  return found;
}

std::vector<std::string> complaints(const ProgramResult& result) {
  std::vector<std::string> found;
  std::istringstream lines(result.err);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("sandport: ")) found.push_back(line);
  }
  return found;
}

}  // namespace sandport::testing
