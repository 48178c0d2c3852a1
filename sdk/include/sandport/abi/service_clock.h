/* Service: the time, so that tests can lie about it. */
#ifndef SANDPORT_ABI_SERVICE_CLOCK_H
#define SANDPORT_ABI_SERVICE_CLOCK_H

#include "types.h"

SP_BEGIN

#define SP_SERVICE_CLOCK "sp.host.clock/1"

typedef struct sp_clock sp_clock;
struct sp_clock {
  uint32_t struct_size;

  /* [get] CLOCK_MONOTONIC, in nanoseconds. */
  uint64_t (*monotonic_ns)(const sp_clock* self);

  /* [get] Since the Unix epoch, in nanoseconds. */
  int64_t (*unix_ns)(const sp_clock* self);
};

SP_END

#endif
