/* Service: secrets by name. Only names that the manifest grants to this plugin resolve. */
#ifndef SANDPORT_ABI_SERVICE_SECRET_H
#define SANDPORT_ABI_SERVICE_SECRET_H

#include "types.h"

SP_BEGIN

#define SP_SERVICE_SECRET "sp.host.secret/1"

typedef struct sp_secret sp_secret;
struct sp_secret {
  uint32_t struct_size;

  /* [startup] The value exists only inside receive. SP_NOT_FOUND when it is not set,
   * SP_PERMISSION_DENIED when it was not granted. From then on the host masks the value wherever it
   * writes. */
  sp_code (*get)(const sp_secret* self, sp_str name, sp_receive receive, void* context,
                 sp_error* error);
};

SP_END

#endif
