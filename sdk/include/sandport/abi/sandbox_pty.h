/* Extension: processes on a terminal. */
#ifndef SANDPORT_ABI_SANDBOX_PTY_H
#define SANDPORT_ABI_SANDBOX_PTY_H

#include "operation.h"
#include "sandbox.h"

SP_BEGIN

#define SP_SANDBOX_PTY "sp.sandbox.pty/1"

typedef struct sp_sandbox_pty {
  uint32_t struct_size;

  /* [submit] As sp_sandbox.exec, on a new terminal: events are STARTED and PTY, write_stdin types,
   * close_stdin sends the terminal's end-of-file character, resize works. */
  sp_code (*exec)(sp_sandbox* sandbox, const sp_exec* request, uint16_t rows, uint16_t columns,
                  sp_sink* sink, sp_op** out_op, sp_process** out_process, sp_error* error);
} sp_sandbox_pty;

SP_END

#endif
