/* What a host lends to a plugin instance. */
#ifndef SANDPORT_ABI_HOST_H
#define SANDPORT_ABI_HOST_H

#include "types.h"

SP_BEGIN

typedef struct sp_host sp_host;
struct sp_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  sp_str version; /* the host program's, for User-Agent headers; until the instance is destroyed */

  /* [get] A service table by id (service_*.h), or NULL when this host has none. The table lives as
   * long as the host object. Every service is optional: a plugin that cannot do without one says so
   * in create's error. */
  const void* (*get_service)(const sp_host* self, const char* id);
};

SP_END

#endif
