// The files of one sandbox, over envd.
#pragma once

#include <cstdint>
#include <sandport/file_system.hpp>
#include <string>

#include "connect/envd.hpp"
#include "files/entry.hpp"
#include "files/upload_body.hpp"
#include "life.hpp"
#include "process/script_run.hpp"

namespace sandport_e2b {

class E2bFiles final : public sandport::FileSystem {
 public:
  // Both outlive this.
  E2bFiles(const Envd& envd, Life& life) : envd_(envd), life_(life) {}

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
  // What stands where a file is to be written.
  struct Place {
    Place() = default;

    std::string path;  // where its links lead
    bool exists = false;
    std::uint32_t mode = 0;
  };

  [[nodiscard]] sandport::Task<EnvdEntry> ask_stat(std::string path);
  [[nodiscard]] sandport::Task<sandport::Entry> script_stat(std::string path,
                                                            sandport::Symlinks symlinks);
  // Throws what says that there is no directory for the path to lie in.
  [[nodiscard]] sandport::Task<void> require_parent(std::string path);
  [[nodiscard]] sandport::Task<bool> exists(std::string path);
  [[nodiscard]] sandport::Task<Place> look(std::string path);
  [[nodiscard]] sandport::Task<Place> prepare(std::string path, sandport::WriteOptions options);

  [[nodiscard]] sandport::Task<void> upload(std::string path, Content& content);
  [[nodiscard]] sandport::Task<void> upload_once(const std::string& path, Content& content);
  [[nodiscard]] sandport::Task<sandport::Entry> commit(std::string temporary, Place place,
                                                       sandport::WriteOptions options);
  [[nodiscard]] sandport::Task<sandport::Entry> replace(std::string path,
                                                        sandport::WriteOptions options,
                                                        Content& content);
  [[nodiscard]] sandport::Task<sandport::Entry> append(std::string path,
                                                       sandport::WriteOptions options,
                                                       Content& content);
  [[nodiscard]] sandport::Task<void> discard(std::string temporary);

  [[nodiscard]] sandport::Task<std::string> call(std::string method, std::string body,
                                                 std::string path, Repeat repeat);
  // Runs a program of file_scripts.hpp; throws what it complains about.
  [[nodiscard]] sandport::Task<std::string> script(std::string_view program,
                                                   std::vector<std::string> arguments,
                                                   std::string path, Repeat repeat);

  const Envd& envd_;
  Life& life_;
};

}  // namespace sandport_e2b
