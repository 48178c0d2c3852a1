/* Kind `backend`: makes and finds sandboxes. */
#ifndef SANDPORT_ABI_BACKEND_H
#define SANDPORT_ABI_BACKEND_H

#include "operation.h"
#include "sandbox.h"

SP_BEGIN

typedef struct sp_backend sp_backend;
struct sp_backend {
  uint32_t struct_size;

  /* [get] JSON: {"extensions": ["sp.sandbox.pty/1", …], "limits": {…}, "host_url": bool,
   * "background": bool}. What a sandbox of this backend can have; until destroy. */
  sp_str (*capabilities)(sp_backend* self);

  /* [get] Checks a spec as far as that costs nothing: no request, no spending. */
  sp_code (*validate)(sp_backend* self, sp_str spec, sp_error* error);

  /* [submit] A new sandbox. spec is JSON: {"work_dir": path?, "env": {name: value}?, "labels":
   * {name: value}?}; everything else stood in the instance's config. Labels come back from list.
   * → object sp_sandbox, result: its info JSON (sandbox.h). */
  sp_code (*create)(sp_backend* self, sp_str spec, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [submit] An existing sandbox by id, also one that another process made. Never shortens its
   * life. → object sp_sandbox, result: info JSON. SP_NOT_FOUND when there is none. */
  sp_code (*connect)(sp_backend* self, sp_str id, sp_str spec, sp_sink* sink, sp_op** out_op,
                     sp_error* error);

  /* [submit] filter: {"labels": {…}?, "state": "running"|"paused"?, "limit": n?, "page": token?}.
   * → result: {"sandboxes": [info…], "next_page": token?}. */
  sp_code (*list)(sp_backend* self, sp_str filter, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [submit] Ends the remote sandbox by id without connecting. SP_OK when it was already gone. */
  sp_code (*dispose)(sp_backend* self, sp_str id, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [startup] Frees the backend. The host guarantees no sandbox and no operation of it is left. */
  void (*destroy)(sp_backend* self);
};

SP_END

#endif
