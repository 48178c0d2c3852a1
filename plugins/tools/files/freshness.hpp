// What this session has seen of files, so that it overwrites nothing that it has not seen.
#pragma once

#include <sandport/entry.hpp>
#include <sandport/toolset.hpp>

#include <string>
#include <string_view>

#include "options.hpp"

namespace files {

enum class Seen { kNever, kSame, kChanged };

// Remembers in the session's state: it survives a resume.
class Freshness {
 public:
  explicit Freshness(const sandport::Call& call) : call_(call) {}

  // The entry as it is now, after a read or a write of ours.
  void remember(std::string_view path, const sandport::Entry& entry) const;
  // The same for what a write brought, which may lack the time.
  [[nodiscard]] sandport::Task<void> remember_written(sandport::SandboxView sandbox,
                                                      std::string path,
                                                      sandport::Entry written) const;
  [[nodiscard]] Seen compare(std::string_view path, const sandport::Entry& entry) const;

 private:
  const sandport::Call& call_;
};

}  // namespace files
