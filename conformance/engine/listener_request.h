/* Reads one HTTP/1.1 request off a TLS connection. */
#ifndef CONFORMANCE_ENGINE_LISTENER_REQUEST_H
#define CONFORMANCE_ENGINE_LISTENER_REQUEST_H

#include <jansson.h>
#include <openssl/ssl.h>

/* {"method", "path", "query", "headers": {lower-case name: value}, "body", "tls"}; NULL: none came.
 */
json_t *listener_request_read(SSL *ssl);
/* The same from the bytes of a whole request, without "tls". */
json_t *listener_request_parse(const char *text, size_t n);

#endif
