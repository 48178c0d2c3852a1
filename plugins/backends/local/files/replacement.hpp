// New content for a file, which appears all at once or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "files/file_system.hpp"
#include "files/roots.hpp"

namespace sandport_local {

// The content gathers in an unnamed file of the same directory (a hidden named one where the file
// system has no O_TMPFILE); commit gives it the name. Without commit nothing stays behind.
class Replacement {
 public:
  // mode 0: as the existing file, else 0666 less the umask. Throws PosixError, also for a target
  // that may not be written, so that nothing is uploaded in vain.
  Replacement(const Roots& roots, std::string_view path, Existing existing, std::uint32_t mode);
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement();

  void write(std::string_view bytes);
  [[nodiscard]] Entry commit();

  // Names like this are ours and live for an instant.
  [[nodiscard]] static bool is_temporary_name(std::string_view name);

 private:
  void inspect_target(std::uint32_t mode);
  void open_content();
  void link_to(const std::string& name);
  void put_in_place();

  std::string asked_;
  Location target_;
  Existing existing_;
  UniqueFd content_;
  std::string temporary_;  // the content's present name in the directory; empty: none
  bool replaces_ = false;  // something has the target's name
  bool set_mode_ = false;
  std::uint32_t mode_ = 0;
  std::uint32_t uid_ = UINT32_MAX;
  std::uint32_t gid_ = UINT32_MAX;
};

}  // namespace sandport_local
