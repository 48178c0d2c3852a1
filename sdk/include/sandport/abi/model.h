/* Kind `model`: one reply to a conversation. */
#ifndef SANDPORT_ABI_MODEL_H
#define SANDPORT_ABI_MODEL_H

#include "operation.h"

SP_BEGIN

/* One message is a JSON object:
 *   {"role": "system"|"user"|"assistant"|"tool",
 *    "content": [{"type": "text", "text"} | {"type": "reasoning", "text", "signature"?} |
 *                {"type": "image", "data": base64, "mimeType"}…],
 *    "tool_calls": [{"id", "name", "arguments": {…}}…]?,     only assistant
 *    "tool_call_id"?, "is_error"?: bool}                      only tool
 * Messages come one string each, so that a host need not write its history anew for every step. */
typedef struct sp_chat {
  uint32_t struct_size;
  uint32_t reserved;
  sp_str session_id;
  const sp_str* messages;
  size_t message_count;
  sp_str tools;   /* JSON array, as sp_toolset.list */
  sp_str options; /* JSON {"max_output_tokens"?, "tool_choice"?: "auto"|"none"|"required"|name} */
} sp_chat;

typedef struct sp_model sp_model;
struct sp_model {
  uint32_t struct_size;

  /* [submit] request and all in it are borrowed until submit returns. Events: TEXT, REASONING,
   * TOOL_CALL {"index", "id"?, "name"?, "arguments": fragment, "complete"?: true} keyed by index,
   * USAGE. → result: JSON {"message": {…}, "finish_reason": "stop"|"tool_calls"|"length"|
   * "content_filter"|other, "usage": {"input_tokens", "output_tokens", "cached_input_tokens"?,
   * "reasoning_tokens"?}?, "model"?, "id"?}. In result, a call whose arguments were no JSON object
   * has "arguments_error": reason and "arguments_text" in place of "arguments".
   * An empty reply is an SP_UNAVAILABLE, retryable, reason EMPTY_REPLY. */
  sp_code (*chat)(sp_model* self, const sp_chat* request, sp_sink* sink, sp_op** out_op,
                  sp_error* error);

  /* [submit] Optional. → result: JSON [{"id", "context_tokens"?}…]. */
  sp_code (*models)(sp_model* self, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [startup] No operation of it is left. */
  void (*destroy)(sp_model* self);
};

SP_END

#endif
