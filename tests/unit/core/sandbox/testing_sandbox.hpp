// A sandbox over a directory of this machine, without any protection: for tests of what is built on
// top of sandboxes. Commands run to their end inside exec().
#pragma once

#include <string>
#include <vector>

#include "core/sandbox/sandbox.hpp"

namespace sandport::testing {

class TestingSandbox final : public Sandbox, private FileSystem {
 public:
  TestingSandbox();

  const std::string& id() const override { return info_.id; }
  const SandboxInfo& info() const override { return info_; }
  Task<SandboxInfo> refresh() override;
  FileSystem& files() override { return *this; }
  Task<std::unique_ptr<Process>> exec(ExecRequest request) override;
  Task<std::unique_ptr<Process>> attach(AttachRequest request) override;
  Task<std::vector<ProcessInfo>> processes() override;
  Task<HostUrl> host_url(std::uint16_t port) override;
  Task<void> set_timeout(std::chrono::milliseconds life) override;
  Task<void> dispose() override;
  Task<std::unique_ptr<Watch>> watch(std::string path, WatchDepth depth) override;

  // What commands see as their PATH; empty: this machine's.
  std::string path_variable;
  // The directories that were listed, and to which depth.
  std::vector<std::pair<std::string, std::uint32_t>> listings;
  int stats = 0;

 private:
  Task<FileEntry> stat(std::string path, Symlinks symlinks) override;
  Task<std::unique_ptr<ByteStream>> read(std::string path, std::uint64_t offset,
                                         std::uint64_t limit) override;
  Task<FileEntry> write(std::string path, std::unique_ptr<ByteStream> content, std::uint64_t size,
                        WriteMode mode, Parents parents, std::uint32_t permissions) override;
  Task<std::vector<FileEntry>> list(std::string path, std::uint32_t depth) override;
  Task<void> mkdir(std::string path, Parents parents, std::uint32_t permissions) override;
  Task<void> remove(std::string path, Removal removal) override;
  Task<void> rename(std::string from, std::string to) override;
  Task<void> set_mode(std::string path, std::uint32_t permissions) override;

  SandboxInfo info_;
};

}  // namespace sandport::testing
