/* JSON Web Keys (RFC 7517, 7518 6, 8037) to OpenSSL's and back; keys of the runner's own. */
#ifndef CONFORMANCE_JOSE_JWK_H
#define CONFORMANCE_JOSE_JWK_H

#include <jansson.h>
#include <openssl/evp.h>

#include "conformance/jose/base64url.h"

/* The public key of an RSA, EC or OKP JWK; NULL if it is none. The caller frees. */
EVP_PKEY *jwk_public_key(const json_t *jwk);
/* The public JWK of a key, without kid; "use" and "alg" where not NULL. The caller owns. */
json_t *jwk_of_key(EVP_PKEY *key, const char *use, const char *alg);
/* A new key: "RSA" (2048 bits), "P-256", "P-384", "P-521", "Ed25519", "X25519". */
EVP_PKEY *jwk_new_key(const char *kind);
/* RFC 7638 with SHA-256; NULL for a key without the members. The caller frees. */
char *jwk_thumbprint(const json_t *jwk);
struct bytes jwk_member(const json_t *jwk, const char *name);

#endif
