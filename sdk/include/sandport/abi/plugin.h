/* What a plugin exports: one constant, so that its id, version and schemas are readable without
 * running any of its code.
 *
 *   SP_EXPORT const sp_plugin sandport_v1 = { … };
 */
#ifndef SANDPORT_ABI_PLUGIN_H
#define SANDPORT_ABI_PLUGIN_H

#include "host.h"
#include "types.h"

SP_BEGIN

#define SP_KIND_BACKEND "backend"                   /* makes sp_backend, backend.h */
#define SP_KIND_TOOLSET "toolset"                   /* makes sp_toolset, toolset.h */
#define SP_KIND_MODEL "model"                       /* makes sp_model, model.h */
#define SP_KIND_TEMPLATE_BUILDER "template_builder" /* makes sp_template_builder */

/* One thing a plugin offers. */
typedef struct sp_kind {
  uint32_t struct_size;
  sp_str kind;         /* SP_KIND_*; a host skips kinds that it does not know */
  sp_str name;         /* what `uses:` says in a manifest: [a-z0-9_-]{1,64} */
  sp_str summary;      /* one line for `plugin list` */
  sp_str schema;       /* JSON Schema, draft 7, of the options under `with:`; an object schema. The
                          host fills in defaults and checks before create. Secrets have
                          "writeOnly": true; durations and sizes "format": "duration" | "size" */
  sp_str capabilities; /* JSON object for `plugin show`, or empty */
} sp_kind;

typedef struct sp_plugin {
  uint32_t struct_size;
  uint32_t abi_minor;      /* SP_ABI_MINOR of the header it was built with */
  uint32_t min_host_minor; /* SANDPORT_TARGET_MINOR: an older host refuses it, naming both */
  uint32_t flags;          /* 0 */
  sp_str id;               /* reverse DNS: com.example.dice */
  sp_str version;          /* semver */
  sp_str license;          /* SPDX expression */
  sp_str homepage;         /* URL, or empty */
  sp_str description;      /* one line */
  const sp_kind* const* kinds;
  size_t kind_count;

  /* [startup] Makes one instance: *out becomes the struct that the kind names. config is JSON,
   * checked against the kind's schema, secrets filled in; borrowed for the call, never to be
   * logged. host outlives the instance. May be called again for another instance; instances share
   * nothing. */
  sp_code (*create)(const sp_host* host, sp_str kind, sp_str name, sp_str config, void** out,
                    sp_error* error);
} sp_plugin;

/* The symbol a host of major 1 looks for. */
#define SP_PLUGIN_SYMBOL "sandport_v1"
extern SP_EXPORT const sp_plugin sandport_v1;

SP_END

#endif
