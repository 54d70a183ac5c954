/* X.509 certificates as JOSE and OAuth name them. */
#ifndef KEYS_CERTIFICATE_H
#define KEYS_CERTIFICATE_H

#include "common/base/str.h"

/* The DER of the first certificate of a PEM text, or of a text that is one in DER already. In
 * base64 it is an element of x5c (RFC 7515 4.1.6). E_jose_key: there is none. */
err certificate_der(str text, struct arena *arena, str *out) MUST_CHECK;
/* x5t#S256: SHA-256 of the DER in base64url (RFC 7515 4.1.8, RFC 8705 3.1). */
err certificate_thumbprint(str text, struct arena *arena, str *out) MUST_CHECK;

#endif
