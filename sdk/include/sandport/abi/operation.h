/* The one shape of every slow call: submit, events to a sink, done exactly once.
 *
 *   code = object->submit(object, arguments…, sink, &op, error)
 *
 * When code is SP_OK the operation runs: the callee writes *out_op before its first call on the
 * sink, and calls sink->done exactly once, from any thread, even inside submit. When code is
 * anything else, nothing runs: the sink is never called and *out_op is untouched.
 *
 * The caller releases the op when submit has returned and done has fired, exactly once. Until then
 * the sink stays valid. out_op and sink are never NULL. Where a call has a second out pointer (a
 * process, a socket), it is written together with out_op and lives as long as the op. */
#ifndef SANDPORT_ABI_OPERATION_H
#define SANDPORT_ABI_OPERATION_H

#include "types.h"

SP_BEGIN

/* What an event carries. Numbers are shared by all kinds. */
enum {
  SP_CHANNEL_STDOUT = 1,
  SP_CHANNEL_STDERR = 2,
  SP_CHANNEL_PTY = 3,
  SP_CHANNEL_STARTED = 4,    /* payload: int64_t, the pid in the sandbox; 0 when it has none */
  SP_CHANNEL_GAP = 5,        /* output may be missing here; payload: UTF-8 reason */
  SP_CHANNEL_PROGRESS = 6,   /* UTF-8 text for a person */
  SP_CHANNEL_TEXT = 10,      /* model text, UTF-8 fragment */
  SP_CHANNEL_REASONING = 11, /* model reasoning, UTF-8 fragment */
  SP_CHANNEL_TOOL_CALL = 12, /* JSON, see model.h */
  SP_CHANNEL_USAGE = 13,     /* JSON, see model.h */
  SP_CHANNEL_LOG = 20,       /* JSON, see template_builder.h */
  SP_CHANNEL_DATA = 30,      /* file content, at most 256 KiB an event */
  SP_CHANNEL_ENTRY = 31,     /* payload: one sp_entry, see fs.h */
  SP_CHANNEL_WATCH = 32,     /* payload: one sp_watch_event, see sandbox_watch.h */
  SP_CHANNEL_PATH = 33,      /* payload: one path, bytes */
  SP_CHANNEL_MATCH = 34,     /* payload: one sp_match, see sandbox_search.h */
  SP_CHANNEL_HTTP_HEAD = 40, /* status line and header lines, see service_http.h */
  SP_CHANNEL_HTTP_BODY = 41,
  SP_CHANNEL_WS_OPEN = 42, /* as SP_CHANNEL_HTTP_HEAD */
  SP_CHANNEL_WS_TEXT = 43,
  SP_CHANNEL_WS_BINARY = 44
};

/* The caller's end. Its functions only enqueue: any thread, never block, never re-enter the callee.
 * The callee makes one call at a time on one sink.
 *
 * A plugin's sink has more freedom towards the host: from within event and done it may call any
 * function of the host, and from within done release of the operation that has just ended. The host
 * holds no lock while it calls a sink. */
typedef struct sp_sink sp_sink;
struct sp_sink {
  uint32_t struct_size;

  /* false means "enough for now": the callee stops after this event until op->resume. The event
   * itself was taken. Never called after done. */
  bool (*event)(sp_sink* self, uint32_t channel, sp_bytes payload);

  /* Hands over a new object (an sp_sandbox for create and connect). At most once, before done.
   * Ownership moves at this instant, also when the operation was cancelled meanwhile: a create that
   * loses to cancel delivers its object or disposes of it itself, so that nothing paid for leaks.
   */
  void (*object)(sp_sink* self, void* object);

  /* The end. result depends on the operation and is empty unless status->code is SP_OK. The sink
   * may be gone when this returns. */
  void (*done)(sp_sink* self, const sp_status* status, sp_bytes result);
};

/* The callee's end. */
typedef struct sp_op sp_op;
struct sp_op {
  uint32_t struct_size;

  /* [signal] Asks the operation to end soon with SP_CANCELLED. Idempotent; harmless after done.
   * What it has already done stays done. */
  void (*cancel)(sp_op* self);

  /* [signal] Takes back a false of sink->event. Idempotent; may come before it is needed. */
  void (*resume)(sp_op* self);

  /* [signal] Frees the op. Called once, after done. */
  void (*release)(sp_op* self);
};

/* sp_reader.read's answers below 1. */
enum {
  SP_READ_END = 0,
  SP_READ_AGAIN = -1, /* nothing ready: call wait */
  SP_READ_FAILED = -2 /* the source broke; the operation that reads it fails with SP_DATA_LOSS */
};

/* A source of bytes, for uploads. Passed to a [submit] call: on SP_OK the callee owns it and calls
 * release exactly once, otherwise it stays the caller's. One call at a time. */
typedef struct sp_reader sp_reader;
struct sp_reader {
  uint32_t struct_size;

  /* Fills up to capacity (at least 1) bytes; returns how many, or one of SP_READ_*. Never blocks.
   */
  int64_t (*read)(sp_reader* self, void* buffer, size_t capacity);

  /* After SP_READ_AGAIN: ready(context) is called once, from any thread, when read is worth calling
   * again; it may come inside wait, and may itself call read, wait and release. Never called after
   * release. */
  void (*wait)(sp_reader* self, void (*ready)(void* context), void* context);

  void (*release)(sp_reader* self);
};

SP_END

#endif
