/* Kind `template_builder`: makes the images that sandboxes start from. All text is JSON. */
#ifndef SANDPORT_ABI_TEMPLATE_BUILDER_H
#define SANDPORT_ABI_TEMPLATE_BUILDER_H

#include "operation.h"

SP_BEGIN

/* A LOG event: {"at"? (RFC 3339), "level": "debug"|"info"|"warn"|"error", "step"?, "message",
 * "template_id"?, "build_id"?}; the ids come as soon as the service has given them, so that a build
 * can be found again by who stopped waiting for it. A PROGRESS event: one line for a person.
 *
 * Besides JSON Schema's own keywords a builder's options schema may have "x-environment": "NAME" at
 * an option, the variable that commands without a manifest take it from; and at its root
 * "x-starter": text, a template file to begin with. */
typedef struct sp_template_builder sp_template_builder;
struct sp_template_builder {
  uint32_t struct_size;

  /* [submit] source: {"file": path, "text": content, "format": "yaml"|"dockerfile", "context": dir,
   * "name"?, "tags"?: […], "skip_cache"?: bool, "secrets"?: {name: value}, of the ${secret:NAME} in
   * the text}. Sends nothing that costs. → result: {"request": what build would send, without
   * secrets, "files": [{"path", "size"}…], "bytes", "dockerfile": text, "template_file"?: text,
   * "name", "uploads"?: [{"step", "source", "destination", "entries", "bytes", "cached"?}…],
   * "diagnostics": [{"file"?, "line", "column", "severity", "message"}…]}. SP_INVALID_ARGUMENT with
   * the diagnostics as lines `file:line:column: message` when the source is wrong. */
  sp_code (*plan)(sp_template_builder* self, sp_str source, sp_sink* sink, sp_op** out_op,
                  sp_error* error);

  /* [submit] source as above, plus "wait"?: bool. Events: LOG, PROGRESS. → result: {"template_id",
   * "build_id", "name", "state", "reused": bool}. Cancel stops waiting; the build goes on. */
  sp_code (*build)(sp_template_builder* self, sp_str source, sp_sink* sink, sp_op** out_op,
                   sp_error* error);

  /* [submit] {"template_id", "build_id"}. Follows a running build. Events and result as build. */
  sp_code (*follow)(sp_template_builder* self, sp_str build, sp_sink* sink, sp_op** out_op,
                    sp_error* error);

  /* [submit] {"template_id", "build_id"} → {"state", "reason"?…}. */
  sp_code (*status)(sp_template_builder* self, sp_str build, sp_sink* sink, sp_op** out_op,
                    sp_error* error);

  /* [submit] → [{"template_id", "names": […], "tags"?, "created_at"?, "build_state"?}…]. */
  sp_code (*list)(sp_template_builder* self, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [submit] → {"exists": bool, "template_id"?}. */
  sp_code (*exists)(sp_template_builder* self, sp_str name, sp_sink* sink, sp_op** out_op,
                    sp_error* error);

  /* [submit] {"name", "add": [tag…], "remove": [tag…]} → {}. */
  sp_code (*tag)(sp_template_builder* self, sp_str request, sp_sink* sink, sp_op** out_op,
                 sp_error* error);

  /* [submit] A name or an id. */
  sp_code (*remove)(sp_template_builder* self, sp_str name, sp_sink* sink, sp_op** out_op,
                    sp_error* error);

  /* [startup] No operation of it is left. */
  void (*destroy)(sp_template_builder* self);
};

SP_END

#endif
