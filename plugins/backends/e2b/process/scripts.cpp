#include "process/scripts.hpp"

namespace sandport_e2b::scripts {
namespace {

// find_tree KEY ROOT self|below sets $tree to the processes that carry the key, and to all that
// descend from one of them or from the root: some programs clear their environment, and some
// environments are not ours to read. One grep for all, so that it stays quick among many.
const std::string kTree = R"sh(
find_tree() {
  # Everything descends from 0 and 1: they are no command of ours, whatever we were told.
  case "$2" in ''|0|1|*[!0-9]*) tree= ;; *) tree=" $2" ;; esac
  for f in $(grep -lzxF -- "SANDPORT_EXEC=$1" /proc/[0-9]*/environ 2>/dev/null); do
    f=${f#/proc/}; tree="$tree ${f%/environ}"
  done
  [ -n "$tree" ] || return 0
  parents=$(grep -H '^PPid:' /proc/[0-9]*/status 2>/dev/null)
  grown=1
  while [ $grown = 1 ]; do
    grown=0
    while IFS=': 	' read -r f k p rest; do
      f=${f#/proc/}; f=${f%/status}
      case "$tree " in *" $p "*) case "$tree " in *" $f "*) ;; *) tree="$tree $f"; grown=1 ;; esac ;; esac
    done <<LIST
$parents
LIST
  done
  case "$tree " in *" 0 "*|*" 1 "*) tree= ;; esac
  [ "$3" = self ] || tree=${tree#" $2"}
}
signal_tree() {
  n=0
  while [ $n -lt 10 ]; do
    find_tree "$1" "$3" "$4"
    [ -n "$tree" ] || break
    kill -"$2" $tree 2>/dev/null
    # Killing is done again for what was born meanwhile.
    [ "$2" = 9 ] || break
    n=$((n + 1))
  done
}
)sh";

// The command is a child, so that its end is known even while children of its own hold its output
// open. In the foreground, because a shell's background jobs ignore SIGINT.
const std::string kBeforeCommand = R"sh(
exec 3>&2 2>/dev/null
say() { printf '\036sandport:%s:%s\036' "$0" "$1" >&3; }
command -v -- "$1" >/dev/null || { say missing; exit 127; }
say run
( SANDPORT_EXEC=$0; export SANDPORT_EXEC; exec 2>&3 3>&-; exec "$@")sh";

const std::string kAfterCommand = R"sh( )
c=$?
say "exit=$c"
exit "$c"
)sh";

}  // namespace

const std::string kAttached = kBeforeCommand + kAfterCommand;
// Old versions of envd leave the input open whatever they are told.
const std::string kAttachedWithoutInput = kBeforeCommand + " </dev/null" + kAfterCommand;

const std::string kTerminal = R"sh(
say() { printf '\036sandport:%s:%s\036' "$0" "$1"; }
command -v -- "$1" >/dev/null 2>&1 || { say missing; exit 127; }
say run
SANDPORT_EXEC=$0; export SANDPORT_EXEC
exec "$@"
)sh";

const std::string kDetached = kTree + R"sh(
d=$1 info=$2 limit=$3
shift 3
exec 3>&1 >/dev/null 2>&1
say() { printf '\036sandport:%s:%s\036' "$0" "$1" >&3; }
command -v -- "$1" >/dev/null || { say missing; exit 127; }
u=$(umask)
umask 022
p=${d%/*}
[ -d "$p" ] || { mkdir -p -- "$p"; chmod 1777 -- "$p"; }
if ! mkdir -- "$d"; then
  s=$(cat "$d/supervisor")
  if [ ! -e "$d/exit" ] && [ -n "$s" ] && [ -d "/proc/$s" ]; then say running; exit 1; fi
  rm -rf -- "$d"
  mkdir -- "$d" || { say denied; exit 1; }
fi
# The last ones that have ended are remembered, not all.
for o in $(ls -1t "$p" | tail -n +65); do [ -e "$p/$o/exit" ] && rm -rf -- "$p/$o"; done
printf '%s' "$info" >"$d/info"
printf '%s' "$0" >"$d/key"
: >"$d/out"
: >"$d/err"
echo $$ >"$d/supervisor"
umask "$u"
g=
if [ "$limit" != 0 ]; then
  (
    exec 3>&-
    trap 'kill "$w"; exit' TERM
    sleep "$limit" & w=$!
    wait "$w"
    : >"$d/timeout"
    signal_tree "$0" 9 "$(cat "$d/pid")" self
  ) & g=$!
fi
(
  SANDPORT_EXEC=$0; export SANDPORT_EXEC
  exec /bin/sh -c 'd=$0
echo $$ >"$d/pid"
printf "\036sandport:%s:pid=%s\036" "$SANDPORT_EXEC" $$ >&3
exec "$@" 3>&- >>"$d/out" 2>>"$d/err" </dev/null' "$d" "$@"
)
c=$?
[ -z "$g" ] || kill "$g"
[ -e "$d/timeout" ] && c=timeout
printf '%s' "$c" >"$d/exit.new"
mv -- "$d/exit.new" "$d/exit"
)sh";

const std::string kFollow = R"sh(
say() { printf '\036sandport:%s:%s\036' "$0" "$1"; }
d=
if [ "$2" = pid ]; then
  for f in "$1"/*/pid; do
    [ "$(cat "$f" 2>/dev/null)" = "$3" ] && d=${f%/pid}
  done
else
  d=$1/$3
fi
[ -n "$d" ] && [ -e "$d/key" ] || { say gone; exit 1; }
s=$(cat "$d/supervisor")
say "key=$(cat "$d/key")"
say "pid=$(cat "$d/pid" 2>/dev/null)"
if tail --version >/dev/null 2>&1; then
  tail -c +"$(($4 + 1))" -f -s 0.05 --pid="$s" -- "$d/out" & a=$!
  tail -c +"$(($5 + 1))" -f -s 0.05 --pid="$s" -- "$d/err" >&2 & b=$!
  wait "$a"
  wait "$b"
else
  o=$4 e=$5 last=0
  while :; do
    [ -d "/proc/$s" ] || last=1
    n=$(wc -c <"$d/out")
    [ "$n" -gt "$o" ] && { tail -c +"$((o + 1))" "$d/out" | head -c "$((n - o))"; o=$n; }
    n=$(wc -c <"$d/err")
    [ "$n" -gt "$e" ] && { tail -c +"$((e + 1))" "$d/err" | head -c "$((n - e))" >&2; e=$n; }
    [ $last = 1 ] && break
    sleep 0.1 2>/dev/null || sleep 1
  done
fi
c=$(cat "$d/exit" 2>/dev/null)
say "exit=${c:-lost}"
)sh";

const std::string kProcesses = R"sh(
for f in "$1"/*/info; do
  [ -e "$f" ] || continue
  d=${f%/info}
  r=0
  [ ! -e "$d/exit" ] && [ -d "/proc/$(cat "$d/supervisor" 2>/dev/null)" ] && r=1
  printf '%s\t%s\t%s\t' "$(cat "$d/pid" 2>/dev/null)" "$r" "$(cat "$d/exit" 2>/dev/null)"
  cat "$f"
  echo
done
)sh";

const std::string kSignal = kTree + R"sh(
signal_tree "$1" "$2" "$3" "$4"
:
)sh";

}  // namespace sandport_e2b::scripts
