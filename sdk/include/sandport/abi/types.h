/* Words, octets, codes and errors. Rules that hold for every header of the ABI:
 *
 * - Memory: nothing that one side allocates is freed by the other. What is passed in is borrowed
 * for the call; what comes out exists only inside the callback that brings it, unless a comment
 * says "until X".
 * - Growth: every struct begins with struct_size, which its maker sets to sizeof. Members are only
 *   ever appended. Readers ignore codes, channels, flags and JSON keys that they do not know.
 * - Exceptions never cross. Bytes are bytes: no encoding is assumed unless a member says UTF-8.
 *
 * Thread tags on functions:
 *   [startup]  one thread, may block for seconds
 *   [get]      any thread, returns at once from memory
 *   [submit]   any thread, returns in under 1 ms; see operation.h. The host never makes two
 * [submit] calls on one object at the same moment; their operations may overlap freely [signal] any
 * thread, may overlap anything, returns at once */
#ifndef SANDPORT_ABI_TYPES_H
#define SANDPORT_ABI_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "version.h"

SP_BEGIN

/* Text: UTF-8 unless said otherwise (paths are bytes), not NUL-terminated. data may be NULL when
 * size is 0. */
typedef struct sp_str {
  const char* data;
  size_t size;
} sp_str;

/* For static initialisers: SP_STR("text"). */
#define SP_STR(literal) \
  { literal, sizeof(literal) - 1 }

typedef struct sp_bytes {
  const void* data;
  size_t size;
} sp_bytes;

typedef struct sp_pair {
  sp_str name;
  sp_str value;
} sp_pair;

/* gRPC's canonical codes with gRPC's numbers (grpc/doc/statuscodes.md), and one of ours. The set is
 * closed within a major. */
typedef int32_t sp_code;
enum {
  SP_OK = 0,
  SP_CANCELLED = 1,
  SP_UNKNOWN = 2,
  SP_INVALID_ARGUMENT = 3,
  SP_DEADLINE_EXCEEDED = 4,
  SP_NOT_FOUND = 5,
  SP_ALREADY_EXISTS = 6,
  SP_PERMISSION_DENIED = 7,
  SP_RESOURCE_EXHAUSTED = 8,
  SP_FAILED_PRECONDITION = 9,
  SP_ABORTED = 10,
  SP_OUT_OF_RANGE = 11,
  SP_UNIMPLEMENTED = 12,
  SP_INTERNAL = 13,
  SP_UNAVAILABLE = 14, /* nothing happened: the same call may be made again */
  SP_DATA_LOSS = 15,
  SP_UNAUTHENTICATED = 16,
  SP_INTERRUPTED = 100 /* the outcome is unknown: the call may have taken effect */
};

/* sp_status.flags */
enum { SP_STATUS_RETRYABLE = 1u << 0 };

typedef struct sp_status {
  uint32_t struct_size;
  sp_code code;
  sp_str message;          /* one line for a person: what failed and what to do; no secrets */
  sp_str reason;           /* one word for a machine, or empty: an errno name (EISDIR) or the
                              service's own error code */
  uint32_t flags;          /* SP_STATUS_* */
  uint32_t retry_after_ms; /* the service's own wish; 0 when it had none */
} sp_status;

/* Where a function that fails on the spot says why. The host owns it and copies at once. A function
 * that returns anything but SP_OK should have called set; the last call wins. */
typedef struct sp_error {
  uint32_t struct_size;
  void (*set)(struct sp_error* self, const sp_status* status);
} sp_error;

/* Brings text out: called at most once, inside the function it is passed to. */
typedef void (*sp_receive)(void* context, sp_str text);

SP_END

#endif
