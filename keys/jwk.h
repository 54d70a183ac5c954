/* JSON Web Keys (RFC 7517, RFC 7518 6, RFC 8037): imported once, strictly, and kept as EVP keys.
 *
 * Import refuses what EVP_PKEY_fromdata lets through: RSA under 2048 or over 8192 bits, exponents
 * that are even or tiny, coordinates of a wrong length, points at infinity or of small order, and
 * private members that do not belong to the public ones. A jwk is immutable and may be shared by
 * threads. */
#ifndef KEYS_JWK_H
#define KEYS_JWK_H

#include <jansson.h>

#include "common/base/secret.h"
#include "keys/jwe_alg.h"

enum jose_alg {
    JOSE_NONE, /* no algorithm: never accepted, never produced */
#define JOSE_ALG(id, name, kty, bits, crv, size) JOSE_##id,
#include "keys/jose_alg.def"
#undef JOSE_ALG
    JOSE_ALG_COUNT
};

/* JOSE_NONE for a name that is not in the table (exact, case counts). */
enum jose_alg jose_alg_from(str name);
str jose_alg_name(enum jose_alg alg);
/* The SHA-2 hash: 256, 384, 512; 0 for Ed448, which has another. */
int jose_alg_hash_bits(enum jose_alg alg);
/* Whether both sides hold the same secret: HS*. */
bool jose_alg_is_hmac(enum jose_alg alg);

struct jwk;

/* Where a key's own memory comes from is told at its birth (`_in`); OpenSSL keeps its numbers in
 * memory of its own.
 *
 * From a JWK object. E_jose_key says what is wrong with it. The caller frees it. */
err jwk_import_in(const struct memory *memory, const json_t *json, struct jwk **out) MUST_CHECK;
/* A fresh private key for `alg` (RSA: 2048 bits; EdDSA: Ed25519); its kid is its RFC 7638
 * thumbprint. */
err jwk_generate_in(const struct memory *memory, enum jose_alg alg, struct jwk **out) MUST_CHECK;
/* The same for encryption: RSA with 2048 bits for RSA-OAEP-256; P-256 for ECDH-ES, which names no
 * alg, because it serves ECDH-ES with key wrapping too. */
err jwk_generate_encryption(enum jwe_alg alg, struct jwk **out) MUST_CHECK;
/* A symmetric key for HS*: at least as long as the hash (RFC 7518 3.2), and not a key in PEM. */
err jwk_from_secret_in(const struct memory *memory, secret key, enum jose_alg alg,
                       struct jwk **out) MUST_CHECK;
/* From PEM: a PKCS#8, PKCS#1 or SEC1 private key, a public key, or an X.509 certificate, under the
 * rules of jwk_import. Among several blocks the private key counts, else the first. `kid` may be
 * absent; `alg` may be JOSE_NONE: any that fits. E_jose_key: no such key, an encrypted one, or not
 * one for alg. The caller frees it. */
err jwk_from_pem_in(const struct memory *memory, str pem, str kid, enum jose_alg alg,
                    struct jwk **out) MUST_CHECK;
void jwk_free(struct jwk *jwk);

/* The same, in memory_default. */
MUST_CHECK static inline err jwk_import(const json_t *json, struct jwk **out) {
    return jwk_import_in(&memory_default, json, out);
}
MUST_CHECK static inline err jwk_generate(enum jose_alg alg, struct jwk **out) {
    return jwk_generate_in(&memory_default, alg, out);
}
MUST_CHECK static inline err jwk_from_secret(secret key, enum jose_alg alg, struct jwk **out) {
    return jwk_from_secret_in(&memory_default, key, alg, out);
}
MUST_CHECK static inline err jwk_from_pem(str pem, str kid, enum jose_alg alg, struct jwk **out) {
    return jwk_from_pem_in(&memory_default, pem, kid, alg, out);
}

str jwk_kid(const struct jwk *jwk);           /* absent if it has none */
enum jose_alg jwk_alg(const struct jwk *jwk); /* JOSE_NONE if it names none */
bool jwk_is_private(const struct jwk *jwk);
/* Whether the key's type, curve, use, key_ops and alg (if any) fit this algorithm. */
bool jwk_fits(const struct jwk *jwk, enum jose_alg alg);
/* Whether the key's type, curve, length, use, key_ops and alg (if any) fit this one (EC: also OKP
 * with X25519). */
bool jwk_fits_encryption(const struct jwk *jwk, enum jwe_alg alg);
/* RFC 7638, SHA-256, base64url. */
err jwk_thumbprint(const struct jwk *jwk, struct arena *arena, str *out) MUST_CHECK;
/* The public members with kid, alg and use, as JSON text. */
err jwk_public_json(const struct jwk *jwk, struct arena *arena, str *out) MUST_CHECK;
/* The public members alone, in the order of RFC 7638: the jwk of a DPoP proof (RFC 9449 4.2). */
err jwk_bare_json(const struct jwk *jwk, struct arena *arena, str *out) MUST_CHECK;
/* All members. For what is sealed, or copied to another owner: never for anything that leaves. */
err jwk_private_json(const struct jwk *jwk, struct arena *arena, str *out) MUST_CHECK;

/* A published set (RFC 7517 5): keys that cannot be used, and private or symmetric ones, are
 * skipped, not errors (at most 64 looked at). */
struct jwk_set;
err jwk_set_import_in(const struct memory *memory, const json_t *json,
                      struct jwk_set **out) MUST_CHECK;
MUST_CHECK static inline err jwk_set_import(const json_t *json, struct jwk_set **out) {
    return jwk_set_import_in(&memory_default, json, out);
}
void jwk_set_free(struct jwk_set *set);
size_t jwk_set_size(const struct jwk_set *set);
const struct jwk *jwk_set_at(const struct jwk_set *set, size_t i);
/* The one key that may verify with alg and has (if given) this kid. E_jose_key when none or two do.
 */
err jwk_set_find(const struct jwk_set *set, enum jose_alg alg, str kid,
                 const struct jwk **out) MUST_CHECK;
/* The key to encrypt to: the first that fits. E_jose_key when none does. */
err jwk_set_find_encryption(const struct jwk_set *set, enum jwe_alg alg,
                            const struct jwk **out) MUST_CHECK;

#endif
