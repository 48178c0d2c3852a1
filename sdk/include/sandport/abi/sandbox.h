/* One environment: file system, processes, ports. Its id outlives us.
 *
 * Two verbs end it: dispose ends the remote sandbox (billing stops), close only drops our handle.
 * Paths are absolute inside the sandbox; the host has normalised them. */
#ifndef SANDPORT_ABI_SANDBOX_H
#define SANDPORT_ABI_SANDBOX_H

#include "operation.h"
#include "process.h"

SP_BEGIN

typedef struct sp_sandbox sp_sandbox;
struct sp_sandbox {
  uint32_t struct_size;

  /* [get] Until close. */
  sp_str (*id)(sp_sandbox* self);

  /* [submit] → result: info JSON {"id", "state": "running"|"paused"|"ended", "home": path,
   * "work_dir": path, "user"?, "os"?, "created_at"? (RFC 3339), "expires_at"?, "labels": {…},
   * "url"?, …the backend's own keys}. */
  sp_code (*info)(sp_sandbox* self, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [submit] Starts a process. Events: STARTED once, STDOUT, STDERR, GAP. → result: sp_exit.
   * Cancelling the op only stops watching, unless SP_EXEC_KILL_ON_CANCEL. */
  sp_code (*exec)(sp_sandbox* self, const sp_exec* request, sp_sink* sink, sp_op** out_op,
                  sp_process** out_process, sp_error* error);

  /* [submit] A process that runs or ran here, by tag, or by pid when tag is empty. Replays what the
   * sandbox kept of its output from byte offset stdout_offset/stderr_offset on, then follows it.
   * A GAP event says where output is lost. → result: sp_exit. */
  sp_code (*attach)(sp_sandbox* self, const sp_attach* request, sp_sink* sink, sp_op** out_op,
                    sp_process** out_process, sp_error* error);

  /* [submit] → result: JSON [{"pid", "tag"?, "argv", "cwd"?, "running": bool, "exit_code"?}…]: at
   * least the detached ones. */
  sp_code (*processes)(sp_sandbox* self, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [submit] How the world reaches a port in the sandbox. → result: JSON {"url", "headers": {…}}.
   */
  sp_code (*host_url)(sp_sandbox* self, uint32_t port, sp_sink* sink, sp_op** out_op,
                      sp_error* error);

  /* [submit] Sets the remaining life, counted from now. SP_UNIMPLEMENTED where life is unlimited.
   */
  sp_code (*set_timeout)(sp_sandbox* self, uint64_t milliseconds, sp_sink* sink, sp_op** out_op,
                         sp_error* error);

  /* [submit] Ends the remote sandbox. SP_OK when it was already gone. */
  sp_code (*dispose)(sp_sandbox* self, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [get] A table by id (SP_FS, SP_SANDBOX_*), or NULL. Lives until close; its functions take this
   * sandbox. SP_FS is always there. */
  const void* (*get_extension)(sp_sandbox* self, const char* id);

  /* [startup] Frees the handle; the remote sandbox stays. No operation of it is left. */
  void (*close)(sp_sandbox* self);
};

SP_END

#endif
