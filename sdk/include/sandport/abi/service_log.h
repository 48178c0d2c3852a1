/* Service: log lines. The host adds time and plugin name, and masks secrets. */
#ifndef SANDPORT_ABI_SERVICE_LOG_H
#define SANDPORT_ABI_SERVICE_LOG_H

#include "types.h"

SP_BEGIN

#define SP_SERVICE_LOG "sp.host.log/1"

enum { SP_LOG_DEBUG = 1, SP_LOG_INFO = 2, SP_LOG_WARN = 3, SP_LOG_ERROR = 4 };

typedef struct sp_log sp_log;
struct sp_log {
  uint32_t struct_size;

  /* [get] Whether a line of this level goes anywhere. */
  bool (*enabled)(const sp_log* self, uint32_t level);

  /* [signal] One line of UTF-8, without its end. */
  void (*write)(const sp_log* self, uint32_t level, sp_str line);
};

SP_END

#endif
