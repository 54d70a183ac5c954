/* RFC 4648 5 without padding, as JOSE writes bytes, and random text of it. */
#ifndef CONFORMANCE_JOSE_BASE64URL_H
#define CONFORMANCE_JOSE_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

struct bytes {
    unsigned char *p; /* from malloc; NULL: there are none, or the text was no base64url */
    size_t n;
};

struct bytes base64url_decode(const char *text, size_t n);
/* The caller frees both. */
char *base64url_encode(const void *p, size_t n);
char *base64url_random(size_t bytes);

#endif
