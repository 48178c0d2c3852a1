// How many files this process may have open, when it is to do many things at once.
#pragma once

#include <cstddef>

namespace sandport {

// Raises the soft limit as far as the hard one allows, so that `sessions` can run at once. Tells
// the person when that is too little for them. What is started later inherits the limit.
void make_room_for_sessions(std::size_t sessions);

}  // namespace sandport
