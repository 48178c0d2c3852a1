/* Kind `toolset`: tools for the model, in MCP's shape. */
#ifndef SANDPORT_ABI_TOOLSET_H
#define SANDPORT_ABI_TOOLSET_H

#include "operation.h"
#include "sandbox.h"

SP_BEGIN

/* A small store that lives as long as the session, on disk. Values are text of at most 1 MiB. */
typedef struct sp_session_state sp_session_state;
struct sp_session_state {
  uint32_t struct_size;

  /* [get] SP_NOT_FOUND when key was never set; receive is then not called. */
  sp_code (*get)(sp_session_state* self, sp_str key, sp_receive receive, void* context);

  /* [get] Durable before the call's result is. */
  sp_code (*set)(sp_session_state* self, sp_str key, sp_str value, sp_error* error);
};

/* Around one call. Lent until done. */
typedef struct sp_call {
  uint32_t struct_size;
  uint32_t reserved;
  sp_str session_id;
  sp_str call_id;
  sp_str work_dir;         /* absolute; relative paths in arguments start here */
  uint64_t timeout_ms;     /* 0: none. The host cancels then; a tool may stop earlier and say why */
  sp_sandbox* sandbox;     /* never closed or disposed of by the tool; NULL when there is none */
  sp_session_state* state; /* NULL when there is none */
} sp_call;

typedef struct sp_toolset sp_toolset;
struct sp_toolset {
  uint32_t struct_size;

  /* [get] JSON [{"name", "title"?, "description", "inputSchema", "outputSchema"?, "annotations":
   * {"readOnlyHint"?, "destructiveHint"?, "idempotentHint"?, "openWorldHint"?}}…], as MCP's
   * tools/list has it. Until destroy. */
  sp_str (*list)(sp_toolset* self);

  /* [submit] arguments: a JSON object that passes the tool's inputSchema. Events: PROGRESS.
   * → result: JSON {"content": [{"type": "text", "text"} | {"type": "image", "data", "mimeType"}…],
   * "isError"?: bool, "structuredContent"?: {…}}, as MCP's tools/call has it.
   * A tool that fails ends with SP_OK and isError, for the model to see. Any other status says that
   * the plugin or the world failed. SP_NOT_FOUND: no such tool. */
  sp_code (*invoke)(sp_toolset* self, sp_str name, sp_str arguments, const sp_call* call,
                    sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [signal] Optional. The session is over: memory kept for it may go. */
  void (*forget_session)(sp_toolset* self, sp_str session_id);

  /* [startup] No operation of it is left. */
  void (*destroy)(sp_toolset* self);
};

SP_END

#endif
