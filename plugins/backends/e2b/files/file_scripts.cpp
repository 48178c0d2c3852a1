#include "files/file_scripts.hpp"

namespace sandport_e2b::scripts {

// The dot keeps line ends that a name ends in from being dropped.
namespace {

const std::string kPath = R"sh(
path() { p=$(printf '%b.' "$1"); p=${p%.}; }
tell() { stat $2 -c '%f %s %Y %i %h %u %g' -- "$1" && { readlink -n -- "$1" || :; }; }
)sh";

}  // namespace

const std::string kStat = kPath + R"sh(
path "$1"
if [ "$2" = follow ]; then tell "$p" -L; else tell "$p"; fi
)sh";

const std::string kList = kPath + R"sh(
path "$1"
[ -e "$p" ] || { echo "$p: No such file or directory" >&2; exit 1; }
[ -d "$p" ] || { echo "$p: Not a directory" >&2; exit 1; }
find -H "$p" -mindepth 1 -maxdepth "$2" -printf '%y %m %n %s %T@ %i %U %G %p\0%l\0'
)sh";

const std::string kMakeDirectory = kPath + R"sh(
path "$1"
if [ "$2" = parents ]; then mkdir -p -- "$p"; else mkdir -- "$p"; fi || exit
[ -z "$3" ] || chmod "$3" -- "$p"
)sh";

const std::string kRemove = kPath + R"sh(
path "$1"
if [ "$2" = recursive ]; then rm -rf -- "$p"
elif [ -d "$p" ] && [ ! -L "$p" ]; then rmdir -- "$p"
else rm -- "$p"; fi
)sh";

const std::string kRename = kPath + R"sh(
path "$1"; a=$p
path "$2"
mv -fT -- "$a" "$p"
)sh";

const std::string kChangeMode = kPath + R"sh(
path "$1"
chmod "$2" -- "$p"
)sh";

const std::string kResolve = kPath + R"sh(
path "$1"
readlink -fn -- "$p"
)sh";

const std::string kCommit = kPath + R"sh(
path "$1"; t=$p
path "$2"
[ -z "$3" ] || chmod "$3" -- "$t" || { rm -f -- "$t"; exit 1; }
if [ "$4" = exclusive ]; then
  ln -T -- "$t" "$p"; c=$?
  rm -f -- "$t"
  [ $c = 0 ] || exit 1
else
  mv -fT -- "$t" "$p" || { rm -f -- "$t"; exit 1; }
fi
tell "$p"
)sh";

const std::string kAppend = kPath + R"sh(
path "$1"
t=$6
end() { rm -f -- "$t"; exit "$1"; }
if [ -z "$t" ]; then
  t=$(mktemp) || exit
  printf '%s' "$5" | base64 -d >"$t" || end 1
fi
[ "$3" = exclusive ] && [ -e "$p" ] && { echo "$p: File exists" >&2; end 1; }
if [ "$4" = parents ]; then d=${p%/*}; [ -d "${d:-/}" ] || mkdir -p -- "$d" || end 1; fi
[ -d "$p" ] && { echo "$p: Is a directory" >&2; end 1; }
[ -e "$p" ] && new= || new=1
( cat -- "$t" >>"$p" ) || end 1
[ -z "$new" ] || [ -z "$2" ] || chmod "$2" -- "$p"
rm -f -- "$t"
tell "$p" -L
)sh";

std::string escape_path(std::string_view path) {
  std::string out;
  for (const char letter : path) {
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || letter == '/' || letter == '.' ||
                       letter == '_' || letter == '-';
    if (plain) {
      out += letter;
      continue;
    }
    const auto octet = static_cast<unsigned char>(letter);
    out += "\\0";
    out += static_cast<char>('0' + (octet >> 6u));
    out += static_cast<char>('0' + (octet >> 3u & 7u));
    out += static_cast<char>('0' + (octet & 7u));
  }
  return out;
}

}  // namespace sandport_e2b::scripts
