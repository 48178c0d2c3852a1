/* Service: threads for work that blocks. A plugin starts none of its own. */
#ifndef SANDPORT_ABI_SERVICE_BLOCKING_H
#define SANDPORT_ABI_SERVICE_BLOCKING_H

#include "types.h"

SP_BEGIN

#define SP_SERVICE_BLOCKING "sp.host.blocking/1"

typedef struct sp_blocking sp_blocking;
struct sp_blocking {
  uint32_t struct_size;

  /* [submit] Runs work(argument) once on a thread of the bounded pool. On SP_OK it will run, also
   * during shutdown. SP_RESOURCE_EXHAUSTED when the queue is full. work throws nothing. */
  sp_code (*run)(const sp_blocking* self, void (*work)(void* argument), void* argument,
                 sp_error* error);
};

SP_END

#endif
