/* The version of this ABI, and how either side sees what the other has. */
#ifndef SANDPORT_ABI_VERSION_H
#define SANDPORT_ABI_VERSION_H

#include <stddef.h>
#include <stdint.h>

/* The major is part of the exported symbol's name (sandport_v1). The minor grows by appending. */
#define SP_ABI_MAJOR 1
#define SP_ABI_MINOR 0

/* The minor a plugin asks of its host. 0 unless its author needs more, so that a plugin built with
 * the newest header still loads on an old host. Define it before the first include. */
#ifndef SANDPORT_TARGET_MINOR
#define SANDPORT_TARGET_MINOR 0
#endif

/* Whether the struct that `pointer` names has `member`, and it is set. `struct_size` decides, never
 * a version number. For pointers and function pointers. */
#define SP_HAS(type, pointer, member)                                                      \
  ((pointer) != NULL &&                                                                    \
   (size_t)(pointer)->struct_size >= offsetof(type, member) + sizeof((pointer)->member) && \
   (pointer)->member != NULL)

#if defined(__GNUC__)
#define SP_EXPORT __attribute__((visibility("default")))
#else
#define SP_EXPORT
#endif

#ifdef __cplusplus
#define SP_BEGIN extern "C" {
#define SP_END }
#else
#define SP_BEGIN
#define SP_END
#endif

#endif
