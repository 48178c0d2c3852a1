// Paths inside a sandbox: lexical work on absolute POSIX paths, which are bytes.
#pragma once

#include <string>
#include <string_view>

namespace sandport {

// Absolute, without `.`, `..`, doubled or trailing slashes; symlinks are not looked at. A relative
// path starts in work_dir, a first component `~` is home (`~user` is an ordinary name). Empty means
// work_dir. Throws Error kInvalidArgument for a NUL byte, and for a relative path where its start
// is unknown (empty or itself relative).
[[nodiscard]] std::string normalize_path(std::string_view path, std::string_view work_dir,
                                         std::string_view home);

// `name` in `directory`, both as they are.
[[nodiscard]] std::string join_path(std::string_view directory, std::string_view name);

// The last component; empty for `/`.
[[nodiscard]] std::string_view path_name(std::string_view path);

// `path` as seen from `root`, empty when they are equal, `path` itself when it is elsewhere.
[[nodiscard]] std::string_view path_below(std::string_view path, std::string_view root);

}  // namespace sandport
