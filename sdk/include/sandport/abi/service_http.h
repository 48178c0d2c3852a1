/* Service: HTTP, streaming both ways. Connections, HTTP/2, TLS, proxies and certificate settings
 * are the host's, so that a cloud plugin brings none of its own. */
#ifndef SANDPORT_ABI_SERVICE_HTTP_H
#define SANDPORT_ABI_SERVICE_HTTP_H

#include "operation.h"

SP_BEGIN

#define SP_SERVICE_HTTP "sp.host.http/1"

typedef struct sp_http_request {
  uint32_t struct_size;
  uint32_t max_redirects; /* 0: none is followed */
  sp_str method;
  sp_str url;             /* http or https */
  const sp_pair* headers; /* the host adds Host, and Content-Length or chunking */
  size_t header_count;
  sp_bytes body;               /* when reader is NULL; copied inside submit */
  sp_reader* reader;           /* owned by the host once submit has answered SP_OK */
  uint64_t reader_size;        /* UINT64_MAX when unknown */
  uint32_t connect_timeout_ms; /* each 0: the host's default */
  uint32_t idle_timeout_ms;    /* no byte in either direction for so long */
  uint64_t total_timeout_ms;   /* 0: none */
} sp_http_request;

typedef struct sp_http sp_http;
struct sp_http {
  uint32_t struct_size;

  /* [submit] Events: HTTP_HEAD once, "HTTP/1.1 200 OK" and "Name: value" lines, each ended by CRLF
   * (the version as it was spoken); then HTTP_BODY, content-decoded never. → SP_OK when the
   * response was complete, whatever its status. SP_UNAVAILABLE: no connection was made, so nothing
   * happened. SP_INTERRUPTED: it broke after the request may have been seen. */
  sp_code (*send)(const sp_http* self, const sp_http_request* request, sp_sink* sink,
                  sp_op** out_op, sp_error* error);
};

SP_END

#endif
