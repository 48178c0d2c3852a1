#include "tests/emulators/e2b/guest/prepare.hpp"

#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>

#include "tests/emulators/e2b/guest/namespace.hpp"

namespace sandport::e2b_emulator::guest {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPasswd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "user:x:1000:1000::/home/user:/bin/bash\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
constexpr std::string_view kGroup = "root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n";
// A login shell keeps the PATH that it was given.
constexpr std::string_view kProfile = "[ -n \"$PS1\" ] && PS1='$ '\n:\n";
// There is no second identity to change to, so root is that of a namespace inside.
constexpr std::string_view kSudo = R"sh(#!/bin/sh
target=root
while [ $# -gt 0 ]; do
  case $1 in
    -u) target=$2; shift 2 ;;
    --) shift; break ;;
    -*) shift ;;
    *) break ;;
  esac
done
[ "$target" = "$(id -un)" ] && exec "$@"
[ "$target" = root ] || { echo "sudo: unknown user $target" >&2; exit 1; }
HOME=/root USER=root LOGNAME=root exec unshare --map-root-user -- "$@"
)sh";

void write_file(const fs::path& path, std::string_view text) {
  if (fs::exists(path)) return;
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::system_error(errno, std::generic_category(), path.native());
}

void copy_of_host(const fs::path& root, const char* path) {
  std::error_code ignored;
  fs::copy_file(path, root / fs::path(path).relative_path(), ignored);
}

}  // namespace

void prepare_root(const fs::path& root) {
  for (const char* directory : {"home/user", "root", "tmp", "var/tmp", "var/log",
                                "opt/emulator/bin", "run", "srv", "mnt", "etc"}) {
    fs::create_directories(root / directory);
  }
  for (const char* shared : {"tmp", "var/tmp"}) {
    fs::permissions(root / shared, fs::perms::all | fs::perms::sticky_bit);
  }
  for (const char* const* shared = shared_directories(); *shared != nullptr; ++shared) {
    const fs::path inside = root / fs::path(*shared).relative_path();
    if (fs::is_symlink(*shared)) {
      if (!fs::is_symlink(inside)) fs::copy_symlink(*shared, inside);
    } else if (fs::is_directory(*shared)) {
      fs::create_directories(inside);
    }
  }
  for (const char* file : {"/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/hosts", "/etc/localtime",
                           "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/mime.types"}) {
    copy_of_host(root, file);
  }
  write_file(root / "etc/passwd", kPasswd);
  write_file(root / "etc/group", kGroup);
  write_file(root / "etc/profile", kProfile);
  write_file(root / "etc/hostname", "e2b.local\n");
  write_file(root / "opt/emulator/bin/sudo", kSudo);
  fs::permissions(root / "opt/emulator/bin/sudo", static_cast<fs::perms>(0755));
}

}  // namespace sandport::e2b_emulator::guest
