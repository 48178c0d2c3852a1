/* Service: waiting without a thread. */
#ifndef SANDPORT_ABI_SERVICE_TIMER_H
#define SANDPORT_ABI_SERVICE_TIMER_H

#include "operation.h"

SP_BEGIN

#define SP_SERVICE_TIMER "sp.host.timer/1"

typedef struct sp_timer sp_timer;
struct sp_timer {
  uint32_t struct_size;

  /* [submit] done with SP_OK after delay_ns nanoseconds, or SP_CANCELLED. */
  sp_code (*start)(const sp_timer* self, uint64_t delay_ns, sp_sink* sink, sp_op** out_op,
                   sp_error* error);
};

SP_END

#endif
