// Shell programs for what envd's file calls cannot do: names that are no UTF-8, modes, appending.
#pragma once

#include <string>
#include <string_view>

namespace sandport_e2b::scripts {

// Paths are arguments in escaped form, see escape_path.
//
// Args: path, "follow" or "keep". Says: mode in hexadecimal, size, seconds, inode, links, uid, gid,
// a line end, and a link's target.
extern const std::string kStat;
// Args: path, depth. Says for each: type letter, octal mode, links, size, seconds, inode, uid, gid,
// path NUL, target NUL.
extern const std::string kList;
// Args: path, "parents" or "", octal mode or "".
extern const std::string kMakeDirectory;
// Args: path, "recursive" or "".
extern const std::string kRemove;
// Args: from, to.
extern const std::string kRename;
// Args: path, octal mode.
extern const std::string kChangeMode;
// Args: path. Says where its links lead; the last part need not exist.
extern const std::string kResolve;
// Args: temporary file, path, octal mode or "", "exclusive" or "". Says what kStat says.
extern const std::string kCommit;
// Args: path, octal mode or "", "exclusive" or "", "parents" or "", then content in base64, or
// nothing and a file that has it and goes. Says what kStat says.
extern const std::string kAppend;

// As `printf %b` reads it, in ASCII.
[[nodiscard]] std::string escape_path(std::string_view path);

}  // namespace sandport_e2b::scripts
