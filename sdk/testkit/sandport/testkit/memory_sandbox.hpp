// A sandbox without a machine: files in memory, processes that a test scripts. For tests of tools.
#pragma once

#include <sandport/backend.hpp>
#include <sandport/json_text.hpp>
#include <sandport/mailbox.hpp>
#include <sandport/testkit/memory_files.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandport::testkit {

// How a command goes.
struct ScriptedRun {
  std::string out = {};
  std::string err = {};
  int exit_code = 0;
  bool runs_until_signal = false;  // then it ends as killed
};

class MemorySandbox : public Sandbox, public Search {
 public:
  // Called with each command; any thread. The default says that nothing is installed.
  std::function<ScriptedRun(const ExecRequest&)> on_exec = [](const ExecRequest& request) {
    return ScriptedRun{{}, request.argv[0] + ": not found\n", 127};
  };

  [[nodiscard]] MemoryFiles& memory() noexcept { return files_; }
  [[nodiscard]] std::vector<ExecRequest> commands() const {
    const std::lock_guard lock{mutex_};
    return commands_;
  }

  const std::string& id() const noexcept override { return id_; }
  Task<std::string> info() override {
    co_return JsonObject{}
        .text("id", id_)
        .text("state", "running")
        .text("home", "/root")
        .text("work_dir", "/work")
        .raw("labels", "{}")
        .take();
  }
  std::shared_ptr<Process> exec(ExecRequest request) override {
    {
      const std::lock_guard lock{mutex_};
      commands_.push_back(request);
    }
    return std::make_shared<Scripted>(on_exec(request), ++last_pid_);
  }
  std::shared_ptr<Process> attach(AttachRequest request) override {
    throw Error(SP_NOT_FOUND, "there is no process " + request.tag);
  }
  Task<std::string> processes() override { co_return "[]"; }
  Task<void> dispose() override { co_return; }
  FileSystem& files() override { return files_; }
  Search* search() noexcept override { return this; }

  Task<void> glob(GlobRequest request, PathOutput& output) override {
    const auto pattern = glob_regex(request.pattern);
    std::uint64_t count = 0;
    for (const auto& [path, content] : files_.files(request.root)) {
      const auto name = relative(path, request.root);
      if (request.no_dot_files && (name[0] == '.' || name.find("/.") != std::string::npos)) {
        continue;
      }
      if (!std::regex_match(name, pattern)) continue;
      co_await output.write(path);
      if (++count == request.limit) co_return;
    }
  }

  Task<void> grep(GrepRequest request, MatchOutput& output) override {
    auto flags = std::regex::ECMAScript;
    if (request.ignore_case) flags |= std::regex::icase;
    const std::regex pattern{request.fixed ? escape(request.pattern) : request.pattern, flags};
    const auto only = glob_regex(request.glob.empty() ? "**" : request.glob);
    std::uint64_t count = 0;
    for (const auto& [path, content] : files_.files(request.root)) {
      const auto name = relative(path, request.root);
      const auto base = name.substr(name.rfind('/') + 1);
      if (!std::regex_match(name, only) && !std::regex_match(base, only)) continue;
      std::uint64_t matches = 0;
      for (const auto& match : matching(path, content, pattern)) {
        ++matches;
        if (request.files_only || request.counts_only) continue;
        co_await output.write(match);
        if (++count == request.limit) co_return;
      }
      if (matches == 0 || !(request.files_only || request.counts_only)) continue;
      co_await output.write(Match{path, request.counts_only ? matches : 0, {}});
    }
  }

 private:
  class Scripted : public Process {
   public:
    Scripted(ScriptedRun script, std::int64_t pid) : script_(std::move(script)), pid_(pid) {}
    Task<ExitStatus> run(ProcessOutput& output) override {
      co_await output.started(pid_);
      if (!script_.out.empty()) co_await output.out(script_.out);
      if (!script_.err.empty()) co_await output.err(script_.err);
      if (!script_.runs_until_signal) {
        co_return ExitStatus{ExitReason::kExited, script_.exit_code, 0};
      }
      const int number = co_await signalled_.get();
      co_return ExitStatus{ExitReason::kKilled, 128 + number, number};
    }
    std::int64_t pid() const noexcept override { return pid_; }
    Task<void> write_stdin(std::string_view) override { co_return; }
    Task<void> close_stdin() override { co_return; }
    Task<void> signal(int number) override {
      signalled_.set(number);
      co_return;
    }

   private:
    ScriptedRun script_;
    std::int64_t pid_;
    OneShot<int> signalled_;
  };

  static std::string relative(const std::string& path, const std::string& root) {
    return path == root ? path.substr(path.rfind('/') + 1)
                        : path.substr(root == "/" ? 1 : root.size() + 1);
  }
  static std::string escape(std::string_view text) {
    std::string result;
    for (const char letter : text) {
      if (std::string_view{"^$\\.*+?()[]{}|/"}.find(letter) != std::string_view::npos) {
        result += '\\';
      }
      result += letter;
    }
    return result;
  }
  static std::regex glob_regex(std::string_view glob) {
    std::string pattern;
    while (!glob.empty()) {
      if (glob.starts_with("**/")) {
        pattern += "(?:.*/)?";
        glob.remove_prefix(3);
      } else if (glob.starts_with("**")) {
        pattern += ".*";
        glob.remove_prefix(2);
      } else {
        const char letter = glob.front();
        if (letter == '*') {
          pattern += "[^/]*";
        } else if (letter == '?') {
          pattern += "[^/]";
        } else if (letter == '[' || letter == ']' || letter == '-') {
          pattern += letter;
        } else {
          pattern += escape({&letter, 1});
        }
        glob.remove_prefix(1);
      }
    }
    return std::regex{pattern};
  }
  static std::vector<Match> matching(const std::string& path, std::string_view content,
                                     const std::regex& pattern) {
    std::vector<Match> found;
    for (std::uint64_t number = 1; !content.empty(); ++number) {
      const auto end = content.find('\n');
      std::string line{content.substr(0, end)};
      content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
      if (std::regex_search(line, pattern)) found.push_back({path, number, line, false});
    }
    return found;
  }

  std::string id_ = "memory";
  MemoryFiles files_;
  mutable std::mutex mutex_;
  std::vector<ExecRequest> commands_;
  std::int64_t last_pid_ = 100;
};

// Lends a sandbox as the host does: get() goes into sp_call.sandbox.
class LentSandbox {
 public:
  explicit LentSandbox(std::unique_ptr<Sandbox> sandbox)
      : sandbox_(new detail::SandboxObject(std::move(sandbox))) {}
  LentSandbox(const LentSandbox&) = delete;
  LentSandbox& operator=(const LentSandbox&) = delete;
  ~LentSandbox() { sandbox_->close(sandbox_); }
  [[nodiscard]] sp_sandbox* get() const noexcept { return sandbox_; }

 private:
  sp_sandbox* sandbox_;
};

}  // namespace sandport::testkit
