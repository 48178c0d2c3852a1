/* Service: a directory for this plugin's own files on the host. */
#ifndef SANDPORT_ABI_SERVICE_STATE_DIR_H
#define SANDPORT_ABI_SERVICE_STATE_DIR_H

#include "types.h"

SP_BEGIN

#define SP_SERVICE_STATE_DIR "sp.host.state_dir/1"

typedef struct sp_state_dir sp_state_dir;
struct sp_state_dir {
  uint32_t struct_size;

  /* [startup] Brings the absolute path; makes the directory, mode 0700, when missing. It is shared
   * by all instances of the plugin, also in other processes. */
  sp_code (*path)(const sp_state_dir* self, sp_receive receive, void* context, sp_error* error);
};

SP_END

#endif
