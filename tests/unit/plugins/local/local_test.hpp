// The local backend as a host loads it, with a sandbox in a temporary directory.
#pragma once

#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sandport/sandbox_view.hpp>
#include <sandport/testkit/testkit.hpp>
#include <sandport/when_all.hpp>
#include <string>

namespace local_test {

using sandport::sync_wait;
using sandport::testkit::FakeHost;
using sandport::testkit::RecordingSink;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "sandport-test-XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = std::filesystem::canonical(name);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A sandbox handle, closed at its end.
class OpenSandbox {
 public:
  explicit OpenSandbox(sp_sandbox* sandbox) : sandbox_(sandbox) {}
  OpenSandbox(OpenSandbox&& other) noexcept : sandbox_(std::exchange(other.sandbox_, nullptr)) {}
  OpenSandbox& operator=(OpenSandbox&&) = delete;
  ~OpenSandbox() { close(); }
  void close() {
    auto* sandbox = std::exchange(sandbox_, nullptr);
    if (sandbox != nullptr) sandbox->close(sandbox);
  }
  [[nodiscard]] sp_sandbox* raw() const { return sandbox_; }
  [[nodiscard]] sandport::SandboxView view() const { return sandport::SandboxView(sandbox_); }

 private:
  sp_sandbox* sandbox_;
};

// One life of a host with the backend loaded.
class LoadedBackend {
 public:
  LoadedBackend(const std::filesystem::path& state, const nlohmann::json& config) : host_(2) {
    host_.set_state_dir(state.native());
    void* library = ::dlopen(SANDPORT_LOCAL_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(::dlerror());
    const auto* plugin = static_cast<const sp_plugin*>(::dlsym(library, SP_PLUGIN_SYMBOL));
    sandport::detail::ErrorSlot error;
    void* object = nullptr;
    const std::string text = config.dump();
    error.check(plugin->create(host_.get(), SP_STR("backend"), SP_STR("local"),
                               sandport::to_str(text), &object, &error),
                "create");
    backend_ = static_cast<sp_backend*>(object);
  }
  ~LoadedBackend() {
    if (backend_ != nullptr) backend_->destroy(backend_);
  }
  LoadedBackend(const LoadedBackend&) = delete;
  LoadedBackend& operator=(const LoadedBackend&) = delete;

  [[nodiscard]] sp_backend* raw() const { return backend_; }

  [[nodiscard]] OpenSandbox create(const nlohmann::json& spec = nlohmann::json::object()) {
    const std::string text = spec.dump();
    return take([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return backend_->create(backend_, sandport::to_str(text), sink, op, error);
    });
  }
  [[nodiscard]] OpenSandbox connect(const std::string& id) {
    return take([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return backend_->connect(backend_, sandport::to_str(id), SP_STR("{}"), sink, op, error);
    });
  }
  [[nodiscard]] nlohmann::json list(const nlohmann::json& filter = nlohmann::json::object()) {
    const std::string text = filter.dump();
    return nlohmann::json::parse(
        sync_wait(sandport::call([&](sp_sink* sink, sp_op** op, sp_error* error) {
          return backend_->list(backend_, sandport::to_str(text), sink, op, error);
        })));
  }
  void dispose(const std::string& id) {
    sync_wait(sandport::call([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return backend_->dispose(backend_, sandport::to_str(id), sink, op, error);
    }));
  }

 private:
  template <class Submit>
  OpenSandbox take(Submit submit) {
    RecordingSink sink;
    sink.start(submit);
    sink.wait();
    if (sink.code() != SP_OK) throw sandport::Error(sink.code(), sink.message(), sink.reason());
    EXPECT_TRUE(sink.violations().empty());
    return OpenSandbox(static_cast<sp_sandbox*>(sink.object()));
  }

  FakeHost host_;
  sp_backend* backend_ = nullptr;
};

class LocalTest : public testing::Test {
 protected:
  explicit LocalTest(nlohmann::json config = nlohmann::json::object())
      : config_(std::move(config)), backend_(std::make_unique<LoadedBackend>(state(), config_)) {
    sandbox_.emplace(backend_->create());
    work_dir_ = info().at("work_dir").get<std::string>();
  }

  [[nodiscard]] std::filesystem::path state() const { return directory_.path() / "state"; }
  [[nodiscard]] sandport::SandboxView view() const { return sandbox_->view(); }
  [[nodiscard]] nlohmann::json info() const {
    return nlohmann::json::parse(sync_wait(view().info()));
  }
  [[nodiscard]] std::string at(const std::string& name) const { return work_dir_ + "/" + name; }
  [[nodiscard]] sandport::RunResult shell(const std::string& command) const {
    return sync_wait(view().run(sandport::ExecRequest::shell(command)));
  }
  // As if the host had ended in good order and another one had started.
  void restart() {
    const std::string id = view().id();
    sandbox_->close();
    sandbox_.reset();
    backend_.reset();
    backend_ = std::make_unique<LoadedBackend>(state(), config_);
    sandbox_.emplace(backend_->connect(id));
  }

  TemporaryDirectory directory_;
  nlohmann::json config_;
  std::unique_ptr<LoadedBackend> backend_;
  std::optional<OpenSandbox> sandbox_;
  std::string work_dir_;
};

// A FIFO that every process of a tree holds open: its end tells, without asking again and again,
// that the last one has died.
class LifeLine {
 public:
  explicit LifeLine(std::string path) : path_(std::move(path)) {
    if (::mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
  }
  // Blocks until somebody has opened it to write.
  void wait_for_holder() { fd_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC); }
  // Blocks until nobody holds it any more; what was written meanwhile.
  std::string wait_for_death() {
    std::string text;
    char buffer[256];
    for (;;) {
      const ssize_t size = ::read(fd_, buffer, sizeof buffer);
      if (size <= 0) break;
      text.append(buffer, static_cast<std::size_t>(size));
    }
    ::close(fd_);
    fd_ = -1;
    return text;
  }
  // One line that a holder writes.
  std::string read_line() {
    std::string text;
    char byte = 0;
    while (::read(fd_, &byte, 1) == 1 && byte != '\n') text += byte;
    return text;
  }
  [[nodiscard]] bool has_holder() const {
    char byte = 0;
    const int flags = ::fcntl(fd_, F_GETFL);
    ::fcntl(fd_, F_SETFL, flags | O_NONBLOCK);
    const bool alive = ::read(fd_, &byte, 1) < 0 && errno == EAGAIN;
    ::fcntl(fd_, F_SETFL, flags);
    return alive;
  }

 private:
  std::string path_;
  int fd_ = -1;
};

// A process under way, started through the ABI.
class Running {
 public:
  // pty: on a terminal of that size.
  Running(sp_sandbox* sandbox, const sandport::ExecRequest& request,
          std::optional<sandport::TerminalSize> pty = {}) {
    const sandport::detail::RawExec raw(request);
    begin([&](sp_sink* sink, sp_op** op, sp_error* error) {
      if (!pty) return sandbox->exec(sandbox, raw.get(), sink, op, &process_, error);
      const auto* table =
          static_cast<const sp_sandbox_pty*>(sandbox->get_extension(sandbox, SP_SANDBOX_PTY));
      return table->exec(sandbox, raw.get(), pty->rows, pty->columns, sink, op, &process_, error);
    });
  }
  Running(sp_sandbox* sandbox, const sandport::AttachRequest& request) {
    const sp_attach raw{
        sizeof(sp_attach),    0, sandport::to_str(request.tag), request.pid, request.stdout_offset,
        request.stderr_offset};
    begin([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return sandbox->attach(sandbox, &raw, sink, op, &process_, error);
    });
  }

  // Blocks until the output, of all channels together, holds `wanted`; false when it ended before.
  bool wait_for(const std::string& wanted) {
    for (std::size_t count = 1;; count = sink_.events().size() + 1) {
      if (all_output().find(wanted) != std::string::npos) return true;
      if (sink_.done()) return all_output().find(wanted) != std::string::npos;
      sink_.wait_events(count);
    }
  }
  // Blocks until it has ended; throws what the operation failed with.
  sandport::ExitStatus wait() {
    if (sink_.wait() != SP_OK) {
      throw sandport::Error(sink_.code(), sink_.message(), sink_.reason());
    }
    EXPECT_TRUE(sink_.violations().empty());
    const std::string result = sink_.result();
    return sandport::detail::to_exit(sandport::to_bytes(result));
  }
  [[nodiscard]] std::string text(std::uint32_t channel) const { return sink_.text(channel); }
  void cancel() { sink_.cancel(); }
  [[nodiscard]] std::int64_t pid() { return process_->pid(process_); }

  void write(std::string_view bytes) {
    act([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return process_->write_stdin(process_, sandport::to_bytes(bytes), sink, op, error);
    });
  }
  void close_stdin() {
    act([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return process_->close_stdin(process_, sink, op, error);
    });
  }
  void signal(int number) {
    act([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return process_->signal(process_, number, sink, op, error);
    });
  }
  void resize(std::uint16_t rows, std::uint16_t columns) {
    act([&](sp_sink* sink, sp_op** op, sp_error* error) {
      return process_->resize(process_, rows, columns, sink, op, error);
    });
  }

 private:
  template <class Submit>
  void begin(Submit submit) {
    if (sink_.start(submit) != SP_OK) {
      throw sandport::Error(sink_.code(), sink_.message(), sink_.reason());
    }
  }
  template <class Submit>
  static void act(Submit submit) {
    RecordingSink sink;
    sink.start(submit);
    if (sink.wait() != SP_OK) throw sandport::Error(sink.code(), sink.message(), sink.reason());
  }
  [[nodiscard]] std::string all_output() const {
    return text(SP_CHANNEL_STDOUT) + text(SP_CHANNEL_STDERR) + text(SP_CHANNEL_PTY);
  }

  RecordingSink sink_;
  sp_process* process_ = nullptr;
};

inline sandport::ExecRequest argv(std::vector<std::string> words) {
  sandport::ExecRequest request;
  request.argv = std::move(words);
  return request;
}

template <class Function>
sandport::Error error_of(Function&& function) {
  try {
    std::forward<Function>(function)();
  } catch (const sandport::Error& error) {
    return error;
  }
  return {SP_UNKNOWN, "nothing was thrown"};
}

inline std::string read_host_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_host_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
}

}  // namespace local_test
