/* JSON Web Signatures over OpenSSL (RFC 7515, 7518 3, 8037): verified and made. */
#ifndef CONFORMANCE_JOSE_JWS_H
#define CONFORMANCE_JOSE_JWS_H

#include <jansson.h>
#include <openssl/evp.h>
#include <stdbool.h>

/* The digest that `alg` hashes with ("SHA256"…), NULL for an algorithm not known here. EdDSA with
 * Ed25519: SHA512. */
const char *jws_digest(const char *alg);
/* The header (index 0) or the payload (1) of a compact token as JSON; NULL if it is none. */
json_t *jws_part(const char *token, int index);
/* NULL: the key verifies the token under `alg`; else a literal that says what is wrong. `secret` is
 * the HMAC key of HS*. */
const char *jws_verify(const char *token, const char *alg, EVP_PKEY *key, const char *secret);
/* A compact token; the header gets "alg" put in. RS256/384/512, PS*, ES*, EdDSA by key, HS* by
 * secret, "none" by neither. The caller frees. */
char *jws_sign(json_t *header, const json_t *claims, const char *alg, EVP_PKEY *key,
               const char *secret);

#endif
