/* Extension: changes under a path, as they happen. */
#ifndef SANDPORT_ABI_SANDBOX_WATCH_H
#define SANDPORT_ABI_SANDBOX_WATCH_H

#include "operation.h"
#include "sandbox.h"

SP_BEGIN

#define SP_SANDBOX_WATCH "sp.sandbox.watch/1"

enum {
  SP_WATCH_CREATE = 1,
  SP_WATCH_WRITE = 2,
  SP_WATCH_REMOVE = 3,
  SP_WATCH_RENAME = 4, /* path is the new name when known, else the old one */
  SP_WATCH_CHMOD = 5,
  SP_WATCH_OVERFLOW = 6, /* events were lost: look again; path is the watched one */
  SP_WATCH_READY = 7     /* once, first: everything after this is seen */
};

typedef struct sp_watch_event {
  uint32_t struct_size;
  uint32_t type;
  sp_str path; /* absolute */
} sp_watch_event;

enum { SP_WATCH_RECURSIVE = 1u << 0 };

typedef struct sp_sandbox_watch {
  uint32_t struct_size;

  /* [submit] Events: WATCH, until cancelled. Ends with SP_NOT_FOUND when path goes away. */
  sp_code (*watch)(sp_sandbox* sandbox, sp_str path, uint32_t flags, sp_sink* sink, sp_op** out_op,
                   sp_error* error);
} sp_sandbox_watch;

SP_END

#endif
