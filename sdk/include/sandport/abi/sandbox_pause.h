/* Extension: a sandbox that can sleep. connect wakes it. */
#ifndef SANDPORT_ABI_SANDBOX_PAUSE_H
#define SANDPORT_ABI_SANDBOX_PAUSE_H

#include "operation.h"
#include "sandbox.h"

SP_BEGIN

#define SP_SANDBOX_PAUSE "sp.sandbox.pause/1"

typedef struct sp_sandbox_pause {
  uint32_t struct_size;

  /* [submit] Idempotent. Operations that run meanwhile end with SP_UNAVAILABLE or SP_INTERRUPTED.
   */
  sp_code (*pause)(sp_sandbox* sandbox, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [submit] Wakes it; keeps its remaining life. */
  sp_code (*resume)(sp_sandbox* sandbox, sp_sink* sink, sp_op** out_op, sp_error* error);
} sp_sandbox_pause;

SP_END

#endif
