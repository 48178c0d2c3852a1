// One sandbox: a directory on this machine, and the processes started for it.
#pragma once

#include <memory>
#include <sandport/backend.hpp>
#include <sandport/host.hpp>
#include <string>
#include <vector>

#include "environment.hpp"
#include "files/roots.hpp"
#include "local_files.hpp"
#include "local_watch.hpp"
#include "metadata.hpp"
#include "options.hpp"
#include "process/shared.hpp"

namespace sandport_local {

// What all sandboxes of one backend share; outlives them.
struct BackendShared {
  sandport::Host host;
  Options options;
  MetadataStore store;
  std::filesystem::path supervisor;
  Environment inherited;  // from the host, by the allow-list
  std::string user;
  std::string user_home;
  IoThread& thread;
};

class LocalSandbox final : public sandport::Sandbox, private sandport::Pty {
 public:
  // Opens the roots; throws PosixError when one is gone.
  LocalSandbox(const BackendShared& shared, Metadata metadata, const Environment& environment);
  ~LocalSandbox() override;

  [[nodiscard]] const std::string& id() const noexcept override { return metadata_.id; }
  sandport::Task<std::string> info() override;
  std::shared_ptr<sandport::Process> exec(sandport::ExecRequest request) override;
  std::shared_ptr<sandport::Process> attach(sandport::AttachRequest request) override;
  sandport::Task<std::string> processes() override;
  sandport::Task<std::string> host_url(std::uint32_t port) override;
  sandport::Task<void> dispose() override;
  sandport::FileSystem& files() override { return files_; }
  sandport::Watch* watch() noexcept override { return &watch_; }
  sandport::Pty* pty() noexcept override { return this; }

  [[nodiscard]] std::string info_now() const;

 private:
  std::shared_ptr<sandport::Process> exec(sandport::ExecRequest request,
                                          sandport::TerminalSize size) override;
  [[nodiscard]] std::shared_ptr<sandport::Process> make(sandport::ExecRequest request,
                                                        std::optional<TerminalDimensions> terminal);
  [[nodiscard]] Environment environment_for(const sandport::ExecRequest& request,
                                            const std::string& cwd) const;

  const BackendShared& shared_;
  Metadata metadata_;
  std::string home_;
  Environment environment_;
  Roots roots_;
  ProcessShared processes_;
  LocalFiles files_;
  LocalWatch watch_;
};

// The info JSON of a sandbox that need not be open. home: as its commands see it.
[[nodiscard]] std::string describe_sandbox(const Metadata& metadata, const std::string& home,
                                           const std::string& user);
// HOME of a sandbox's commands.
[[nodiscard]] std::string home_of(const Metadata& metadata, const BackendShared& shared);

}  // namespace sandport_local
