// One sandbox of E2B.
#pragma once

#include <memory>
#include <mutex>
#include <sandport/backend.hpp>
#include <string>

#include "connect/envd.hpp"
#include "e2b_watch.hpp"
#include "extensions.hpp"
#include "files/e2b_files.hpp"
#include "life.hpp"
#include "process/e2b_process.hpp"
#include "sandbox_info.hpp"

namespace sandport_e2b {

class E2bSandbox final : public sandport::Sandbox, private sandport::Pty, private ForkMaker {
 public:
  // options and api outlive this.
  E2bSandbox(sandport::Host host, const Options& options, const ControlApi& api, Address address,
             Access access);

  // Once, before it is handed out: finds home and work directory, makes the latter. env is added to
  // every command. → the info JSON; details: what the API said, may be empty.
  [[nodiscard]] sandport::Task<std::string> open(std::string work_dir, StringMap env,
                                                 std::string details);

  [[nodiscard]] const std::string& id() const noexcept override { return envd_.address().id; }
  sandport::Task<std::string> info() override;
  std::shared_ptr<sandport::Process> exec(sandport::ExecRequest request) override;
  std::shared_ptr<sandport::Process> attach(sandport::AttachRequest request) override;
  sandport::Task<std::string> processes() override;
  sandport::Task<std::string> host_url(std::uint32_t port) override;
  sandport::Task<void> set_timeout(std::chrono::milliseconds remaining) override;
  sandport::Task<void> dispose() override;
  sandport::FileSystem& files() override { return files_; }
  sandport::Watch* watch() noexcept override { return &watch_; }
  sandport::Pty* pty() noexcept override { return this; }
  sandport::Pause* pause() noexcept override { return &pause_; }
  sandport::Snapshot* snapshot() noexcept override { return &snapshot_; }
  sandport::Metrics* metrics() noexcept override { return &metrics_; }
  sandport::Network* network() noexcept override { return &network_; }

 private:
  std::shared_ptr<sandport::Process> exec(sandport::ExecRequest request,
                                          sandport::TerminalSize size) override;
  sandport::Task<sandport::CreatedSandbox> adopt_fork(std::string sandbox) override;

  [[nodiscard]] sandport::ExecRequest completed(sandport::ExecRequest request) const;

  const Options& options_;
  const ControlApi& api_;
  sandport::Host host_;
  Envd envd_;
  Life life_;
  InfoContext context_;
  StringMap env_;
  ProcessShared processes_;
  E2bFiles files_;
  E2bWatch watch_;
  E2bPause pause_;
  E2bSnapshot snapshot_;
  E2bMetrics metrics_;
  E2bNetwork network_;
};

}  // namespace sandport_e2b
