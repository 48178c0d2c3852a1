// A plugin's file before it is trusted: who may have written it, what it is, what it exports.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sandport {

// Opens and checks; runs no code of the file. In this order: it can be read; it and its folder
// belong to root or to us and others cannot write to them; its SHA-256 is `sha256` (lower-case hex;
// empty: not pinned); it is a shared library for this machine that exports sandport_v1, and no
// second plugin symbol of this major. Throws Error that names the file and what to do.
class PluginFile {
 public:
  PluginFile(std::filesystem::path path, std::string_view sha256);
  ~PluginFile();
  PluginFile(const PluginFile&) = delete;
  PluginFile& operator=(const PluginFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // What to give to dlopen: when the content is pinned, exactly the file that was hashed.
  [[nodiscard]] std::filesystem::path loadable() const;

 private:
  void check_owner() const;

  std::filesystem::path path_;
  int descriptor_ = -1;
  bool pinned_ = false;
};

// The SHA-256 of a file, in lower-case hex, for `plugin show`.
[[nodiscard]] std::string file_sha256(const std::filesystem::path& path);

}  // namespace sandport
