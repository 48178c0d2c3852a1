/* Extension: points to go back to, or to start others from. */
#ifndef SANDPORT_ABI_SANDBOX_SNAPSHOT_H
#define SANDPORT_ABI_SANDBOX_SNAPSHOT_H

#include "operation.h"
#include "sandbox.h"

SP_BEGIN

#define SP_SANDBOX_SNAPSHOT "sp.sandbox.snapshot/1"

typedef struct sp_sandbox_snapshot {
  uint32_t struct_size;

  /* [submit] name may be empty. → result: JSON {"id", "name"?, "created_at"?}. */
  sp_code (*create)(sp_sandbox* sandbox, sp_str name, sp_sink* sink, sp_op** out_op,
                    sp_error* error);

  /* [submit] → result: JSON [{"id", "name"?, "created_at"?}…]. */
  sp_code (*list)(sp_sandbox* sandbox, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [submit] Puts this sandbox back. Optional. */
  sp_code (*restore)(sp_sandbox* sandbox, sp_str id, sp_sink* sink, sp_op** out_op,
                     sp_error* error);

  /* [submit] Optional. */
  sp_code (*remove)(sp_sandbox* sandbox, sp_str id, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [submit] A second sandbox with this one's present state. → object sp_sandbox, result: its info
   * JSON. Optional. */
  sp_code (*fork)(sp_sandbox* sandbox, sp_sink* sink, sp_op** out_op, sp_error* error);
} sp_sandbox_snapshot;

SP_END

#endif
