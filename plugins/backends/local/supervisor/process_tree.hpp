// Everything that descends from this process, found through /proc.
#pragma once

#include <sys/types.h>

namespace sandport_local {

// Sends a signal to every descendant of this process, which must be a child subreaper: then
// nothing gets away, not by setsid, not by forking twice. Returns how many were reached; where
// /proc cannot be read, only `main` and its process group are.
int signal_descendants(int number, pid_t main);

// One round against processes that may fork while they are being killed: stops all, then kills
// all.
void kill_descendants(pid_t main);

}  // namespace sandport_local
