// The SDK's FileSystem over the blocking functions of files/.
#pragma once

#include <sandport/file_system.hpp>
#include <sandport/host.hpp>

#include "files/roots.hpp"

namespace sandport_local {

// Every call runs on the host's pool.
class LocalFiles final : public sandport::FileSystem {
 public:
  // roots outlives this.
  LocalFiles(sandport::Host host, const Roots& roots) : host_(host), roots_(roots) {}

  sandport::Task<sandport::Entry> stat(std::string path, sandport::Symlinks symlinks) override;
  sandport::Task<void> read(std::string path, std::uint64_t offset, std::uint64_t limit,
                            sandport::DataOutput& output) override;
  sandport::Task<sandport::Entry> write(std::string path, sandport::WriteOptions options,
                                        sandport::Reader content, std::uint64_t size) override;
  sandport::Task<void> list(std::string path, std::uint32_t depth,
                            sandport::EntryOutput& output) override;
  sandport::Task<void> mkdir(std::string path, sandport::MkdirOptions options) override;
  sandport::Task<void> remove(std::string path, sandport::RemoveMode mode) override;
  sandport::Task<void> rename(std::string from, std::string to) override;
  sandport::Task<void> set_mode(std::string path, std::uint32_t mode) override;

 private:
  [[nodiscard]] sandport::Task<sandport::Entry> append(std::string path,
                                                       sandport::WriteOptions options,
                                                       sandport::Reader& content);
  [[nodiscard]] sandport::Task<sandport::Entry> replace(std::string path,
                                                        sandport::WriteOptions options,
                                                        sandport::Reader& content);

  sandport::Host host_;
  const Roots& roots_;
};

}  // namespace sandport_local
