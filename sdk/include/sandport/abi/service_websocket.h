/* Service: WebSocket (RFC 6455), with the same TLS and proxy settings as HTTP. */
#ifndef SANDPORT_ABI_SERVICE_WEBSOCKET_H
#define SANDPORT_ABI_SERVICE_WEBSOCKET_H

#include "operation.h"

SP_BEGIN

#define SP_SERVICE_WEBSOCKET "sp.host.websocket/1"

typedef struct sp_websocket_request {
  uint32_t struct_size;
  uint32_t connect_timeout_ms; /* each 0: the host's default */
  uint32_t idle_timeout_ms;    /* pings are sent at half of it */
  uint32_t reserved;
  sp_str url; /* ws or wss */
  const sp_pair* headers;
  size_t header_count;
  sp_str subprotocols;        /* comma-separated, or empty */
  uint64_t max_message_bytes; /* 0: the host's default */
} sp_websocket_request;

/* The output end of a socket. It belongs to the op it came with and lives until that is released.
 */
typedef struct sp_websocket sp_websocket;
struct sp_websocket {
  uint32_t struct_size;

  /* [submit] One message, SP_CHANNEL_WS_TEXT or SP_CHANNEL_WS_BINARY. Copied inside submit; done
   * means written to the connection. Before WS_OPEN it waits. */
  sp_code (*send)(sp_websocket* self, uint32_t channel, sp_bytes message, sp_sink* sink,
                  sp_op** out_op, sp_error* error);

  /* [signal] Starts the closing handshake. */
  void (*close)(sp_websocket* self, uint16_t code, sp_str reason);
};

typedef struct sp_websockets sp_websockets;
struct sp_websockets {
  uint32_t struct_size;

  /* [submit] Events: WS_OPEN once, then WS_TEXT and WS_BINARY, one whole message each. → SP_OK when
   * closed by handshake, result: UTF-8 "CODE REASON". A refused handshake is the code that fits its
   * HTTP status, reason "HTTP_401" and so on. */
  sp_code (*connect)(const sp_websockets* self, const sp_websocket_request* request, sp_sink* sink,
                     sp_op** out_op, sp_websocket** out_socket, sp_error* error);
};

SP_END

#endif
