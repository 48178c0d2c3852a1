#include "host/plugin/plugin_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sandport/abi.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "host/plugin/elf_probe.hpp"
#include "host/plugin/sha256.hpp"

namespace sandport {
namespace {

// The content of an open file, mapped.
class Mapping {
 public:
  Mapping(int descriptor, const std::string& file) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
      throw Error(Code::kInvalidArgument, file + ": a plugin must be a regular file");
    }
    size_ = static_cast<std::size_t>(status.st_size);
    if (size_ == 0) return;
    data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (data_ == MAP_FAILED) {
      data_ = nullptr;
      throw Error(Code::kUnavailable, fmt::format("{}: {}", file, std::strerror(errno)));
    }
  }
  ~Mapping() {
    if (data_ != nullptr) munmap(data_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  [[nodiscard]] std::string_view content() const {
    return {static_cast<const char*>(data_), data_ == nullptr ? 0 : size_};
  }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

void check_symbols(std::string_view content, const std::string& file) {
  const std::vector<std::string> symbols = exported_symbols(content, "sandport_v", file);
  const auto count = std::count(symbols.begin(), symbols.end(), SP_PLUGIN_SYMBOL);
  if (count == 1) return;
  if (count > 1) {
    throw Error(
        Code::kInvalidArgument,
        fmt::format("{}: exports {} twice; a plugin exports it once", file, SP_PLUGIN_SYMBOL));
  }
  if (!symbols.empty()) {
    throw Error(Code::kFailedPrecondition,
                fmt::format("{}: made for another major version of the plugin ABI (it exports {}, "
                            "this host loads {}); get a build for ABI {}",
                            file, symbols.front(), SP_PLUGIN_SYMBOL, SP_ABI_MAJOR));
  }
  throw Error(Code::kInvalidArgument,
              fmt::format("{}: this is a shared library, but no plugin (it does not export {})",
                          file, SP_PLUGIN_SYMBOL));
}

int open_file(const std::filesystem::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0) return descriptor;
  const Code code = errno == ENOENT || errno == ENOTDIR ? Code::kNotFound : Code::kPermissionDenied;
  throw Error(code,
              fmt::format("{}: cannot open the plugin: {}", path.string(), std::strerror(errno)));
}

}  // namespace

PluginFile::PluginFile(std::filesystem::path path, std::string_view sha256)
    : path_(std::move(path)), descriptor_(open_file(path_)), pinned_(!sha256.empty()) {
  try {
    check_owner();
    const Mapping mapping(descriptor_, path_.string());
    if (pinned_) {
      const std::string actual = sha256_hex(mapping.content());
      if (actual != sha256) {
        throw Error(
            Code::kFailedPrecondition,
            fmt::format("{}: its SHA-256 is {}, but the manifest pins {}; install the pinned "
                        "build, or change `sha256:` if you trust this one",
                        path_.string(), actual, sha256));
      }
    }
    check_symbols(mapping.content(), path_.string());
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

PluginFile::~PluginFile() { close(descriptor_); }

void PluginFile::check_owner() const {
  const auto check = [](const struct stat& status, const std::string& what, const char* advice) {
    if (status.st_uid != 0 && status.st_uid != geteuid()) {
      throw Error(Code::kPermissionDenied,
                  fmt::format("{}: belongs to user {}; a plugin runs with your rights, so only "
                              "files of root or of your own are loaded",
                              what, status.st_uid));
    }
    // Others may write into a sticky folder (/tmp), but not replace what is ours there.
    const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
    if ((status.st_mode & S_IWOTH) != 0 && !sticky) {
      throw Error(Code::kPermissionDenied,
                  fmt::format("{}: everybody may write to it; {}", what, advice));
    }
  };
  struct stat status {};
  if (fstat(descriptor_, &status) == 0) {
    check(status, path_.string(), "run `chmod o-w` on the file");
  }
  const std::string folder = path_.parent_path().string();
  if (stat(folder.c_str(), &status) == 0) check(status, folder, "run `chmod o-w` on the folder");
}

std::filesystem::path PluginFile::loadable() const {
  return pinned_ ? std::filesystem::path(fmt::format("/proc/self/fd/{}", descriptor_)) : path_;
}

std::string file_sha256(const std::filesystem::path& path) {
  const int descriptor = open_file(path);
  try {
    std::string digest = sha256_hex(Mapping(descriptor, path.string()).content());
    close(descriptor);
    return digest;
  } catch (...) {
    close(descriptor);
    throw;
  }
}

}  // namespace sandport
