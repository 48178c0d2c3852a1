/* Extension: what a sandbox uses. */
#ifndef SANDPORT_ABI_SANDBOX_METRICS_H
#define SANDPORT_ABI_SANDBOX_METRICS_H

#include "operation.h"
#include "sandbox.h"

SP_BEGIN

#define SP_SANDBOX_METRICS "sp.sandbox.metrics/1"

typedef struct sp_sandbox_metrics {
  uint32_t struct_size;

  /* [submit] since/until in seconds since the Unix epoch, 0: no bound. → result: JSON
   * [{"at", "cpu_count", "cpu_percent", "memory_bytes", "memory_total_bytes", "disk_bytes",
   * "disk_total_bytes"}…], oldest first. */
  sp_code (*read)(sp_sandbox* sandbox, int64_t since, int64_t until, sp_sink* sink, sp_op** out_op,
                  sp_error* error);

  /* [submit] Optional: the service's own log of the sandbox. → result: JSON [{"at", "level",
   * "message"}…]. */
  sp_code (*logs)(sp_sandbox* sandbox, sp_sink* sink, sp_op** out_op, sp_error* error);
} sp_sandbox_metrics;

SP_END

#endif
