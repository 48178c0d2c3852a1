/* Processes in a sandbox: what to start, and the handle of one that runs. */
#ifndef SANDPORT_ABI_PROCESS_H
#define SANDPORT_ABI_PROCESS_H

#include "operation.h"

SP_BEGIN

/* sp_exec.flags */
enum {
  SP_EXEC_STDIN = 1u << 0,  /* stdin is a pipe for write_stdin; otherwise it is at its end */
  SP_EXEC_DETACH = 1u << 1, /* goes on when we are gone; its output is kept for attach */
  SP_EXEC_KILL_ON_CANCEL = 1u << 2
};

typedef struct sp_exec {
  uint32_t struct_size;
  uint32_t flags;
  const sp_str* argv; /* argv[0] is looked up in the sandbox's PATH; no shell */
  size_t argc;        /* at least 1 */
  const sp_pair* env; /* added to the sandbox's own environment */
  size_t env_count;
  sp_str cwd;          /* absolute; empty: the sandbox's work_dir */
  sp_str user;         /* empty: the sandbox's default */
  sp_str tag;          /* a name for attach, unique among running ones; may be empty */
  uint64_t timeout_ms; /* then the whole tree is killed and the reason is TIMEOUT; 0: none */
} sp_exec;

typedef struct sp_attach {
  uint32_t struct_size;
  uint32_t reserved;
  sp_str tag;
  int64_t pid; /* when tag is empty */
  uint64_t stdout_offset;
  uint64_t stderr_offset;
} sp_attach;

/* sp_exit.reason */
enum {
  SP_EXIT_EXITED = 0,  /* exit_code is valid */
  SP_EXIT_KILLED = 1,  /* signal is valid; exit_code is 128 + signal */
  SP_EXIT_TIMEOUT = 2, /* killed because timeout_ms passed */
  SP_EXIT_LOST = 3     /* the sandbox cannot tell any more */
};

typedef struct sp_exit {
  uint32_t struct_size;
  uint32_t reason;
  int32_t exit_code;
  int32_t signal;
} sp_exit;

/* The input end of a running process. It belongs to the op it came with (whose done is the wait)
 * and lives until that op is released; the process itself is not touched then. */
typedef struct sp_process sp_process;
struct sp_process {
  uint32_t struct_size;

  /* [get] 0 until STARTED, and where the sandbox has no pids. */
  int64_t (*pid)(sp_process* self);

  /* [submit] done means accepted, which is the backpressure. The bytes are borrowed until done.
   * SP_FAILED_PRECONDITION (EPIPE) when the reading end is gone. */
  sp_code (*write_stdin)(sp_process* self, sp_bytes bytes, sp_sink* sink, sp_op** out_op,
                         sp_error* error);

  /* [submit] A real end of file on stdin. Idempotent. */
  sp_code (*close_stdin)(sp_process* self, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [submit] A POSIX signal number to the whole process tree. SP_OK when it has already ended. */
  sp_code (*signal)(sp_process* self, int32_t number, sp_sink* sink, sp_op** out_op,
                    sp_error* error);

  /* [submit] Only for processes of sp.sandbox.pty/1. */
  sp_code (*resize)(sp_process* self, uint16_t rows, uint16_t columns, sp_sink* sink,
                    sp_op** out_op, sp_error* error);
};

SP_END

#endif
