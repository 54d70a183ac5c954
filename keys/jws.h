/* JWS compact serialization (RFC 7515) under the rules of RFC 8725: the caller names the algorithm,
 * never the token. */
#ifndef KEYS_JWS_H
#define KEYS_JWS_H

#include "common/base/scope.h"
#include "keys/jwk.h"

enum { JWS_MAX = 16 * 1024 }; /* a longer token is refused unread */

struct jws {
    enum jose_alg alg;
    str kid, typ;      /* absent if the header has none */
    json_t *header;    /* borrowed; the whole protected header */
    str payload;       /* decoded bytes */
    str signing_input; /* "header.payload" as sent */
    str signature;     /* decoded bytes */
};
typedef struct jws jws_ref;
void jws_ref_drop(struct jws *jws);

/* Takes the three parts apart without verifying: to find out which key is needed. Refused: other
 * than three parts, padding or trailing bits, duplicate members, `crit`, `b64`, `zip`, alg "none"
 * or unknown. Hold it in AUTO(jws_ref). */
err jws_parse(struct arena *arena, str token, struct jws *out) MUST_CHECK;
/* Checks the signature with `key`, which must fit jws->alg; `jws->alg` must be `alg`. */
err jws_verify(const struct jws *jws, enum jose_alg alg, const struct jwk *key) MUST_CHECK;
/* Signs `payload`; the header is {"alg","typ","kid"} with typ and kid left out when absent. */
err jws_sign(const struct jwk *key, enum jose_alg alg, str typ, str payload, struct arena *arena,
             str *out) MUST_CHECK;

/* A header with more in it. */
struct jws_header {
    enum jose_alg alg;
    str typ, cty;       /* absent: left out */
    str jwk;            /* the public key as JSON text (RFC 7515 4.1.3); then no kid is written */
    const json_t *more; /* an object with other members, such as x5c or iss; NULL: none */
};
/* Signs like jws_sign. E_jose_malformed: `more` has one of the members above, or kid, crit, b64,
 * zip. */
err jws_sign_header(const struct jwk *key, const struct jws_header *header, str payload,
                    struct arena *arena, str *out) MUST_CHECK;

#endif
