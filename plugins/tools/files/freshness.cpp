#include "freshness.hpp"

#include <sandport/utf8.hpp>

#include <string>

namespace files {
namespace {

std::string key_of(std::string_view path) { return "files.seen." + sandport::printable(path); }

// Size and time say that the content changed, the inode that the file was replaced.
std::string stamp_of(const sandport::Entry& entry) {
  return std::to_string(entry.modified_ns) + " " + std::to_string(entry.size) + " " +
         std::to_string(entry.inode);
}

}  // namespace

void Freshness::remember(std::string_view path, const sandport::Entry& entry) const {
  call_.set_state(key_of(path), stamp_of(entry));
}

sandport::Task<void> Freshness::remember_written(sandport::SandboxView sandbox, std::string path,
                                                 sandport::Entry written) const {
  if (written.modified_ns == 0) written = co_await sandbox.stat(path);
  remember(path, written);
}

Seen Freshness::compare(std::string_view path, const sandport::Entry& entry) const {
  const auto kept = call_.state(key_of(path));
  if (!kept) return Seen::kNever;
  return *kept == stamp_of(entry) ? Seen::kSame : Seen::kChanged;
}

}  // namespace files
