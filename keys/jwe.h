/* JWE compact serialization (RFC 7516): the caller names how the key travels, never the token.
 *
 * A content key that cannot be unwrapped is replaced by a random one, so that a wrong key and wrong
 * content cannot be told apart, by error or duration: RFC 7516 11.5. Compression, password-based
 * encryption and RSA1_5 are left out. */
#ifndef KEYS_JWE_H
#define KEYS_JWE_H

#include "common/base/scope.h"
#include "keys/jwk.h"

enum { JWE_MAX = 64 * 1024 }; /* a longer token is refused unread */

struct jwe {
    enum jwe_alg alg;
    enum jwe_enc enc;
    str kid, cty;                           /* absent if the header has none */
    json_t *header;                         /* the whole protected header */
    str aad;                                /* the header as sent */
    str encrypted_key, iv, ciphertext, tag; /* decoded bytes */
};
typedef struct jwe jwe_ref;
void jwe_ref_drop(struct jwe *jwe);

/* Takes the five parts apart without decrypting: to find out which key is needed. Refused: other
 * than five parts, padding or trailing bits, duplicate members, `crit`, `zip`, `p2c`, an alg or enc
 * that is not in the tables (E_jose_algorithm), parts of a wrong length. Hold it in AUTO(jwe_ref).
 */
err jwe_parse(struct arena *arena, str token, struct jwe *out) MUST_CHECK;
/* Encrypts to the key; the header has alg, enc, the kid of the key if it has one, cty if present,
 * and epk where one is needed. E_jose_key: the key is not for this algorithm (for dir: has not the
 * length that enc asks for). */
err jwe_encrypt(const struct jwk *key, enum jwe_alg alg, enum jwe_enc enc, str cty, str plain,
                struct arena *arena, str *out) MUST_CHECK;
/* Decrypts what was encrypted with alg and enc (JWE_ENC_NONE: with any of the table).
 * E_jose_algorithm: with others; E_jose_key: the key is not for them; E_jose_signature: the token
 * was not encrypted to this key, or altered since. */
err jwe_decrypt(const struct jwk *key, enum jwe_alg alg, enum jwe_enc enc, str token,
                struct arena *arena, str *plain) MUST_CHECK;
/* The key that a client and we share (OpenID Connect Core 10.2): the SHA-2 of the client secret,
 * cut to the length that dir or AES key wrap needs. The caller frees it. */
err jwe_key_from_client_secret_in(const struct memory *memory, secret client_secret,
                                  enum jwe_alg alg, enum jwe_enc enc, struct jwk **out) MUST_CHECK;
MUST_CHECK static inline err jwe_key_from_client_secret(secret client_secret, enum jwe_alg alg,
                                                        enum jwe_enc enc, struct jwk **out) {
    return jwe_key_from_client_secret_in(&memory_default, client_secret, alg, enc, out);
}

#endif
