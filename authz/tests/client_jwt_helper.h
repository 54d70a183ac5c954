/* Clients with keys, and the JWTs that they sign. */
#ifndef AUTHZ_TESTS_CLIENT_JWT_HELPER_H
#define AUTHZ_TESTS_CLIENT_JWT_HELPER_H

#include "authz/tests/flow_helper.h"
#include "keys/jwk.h"

#define CLIENT_JWT_SECRET                                                                          \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" /* enough for HS512 */

/* The keys of the clients in a test: each named by its kid; `stranger` says it is "ec" and is not.
 */
struct client_jwt_keys {
    struct jwk *rsa, *ec, *ec384, *ec521, *ed, *stranger;
};
extern struct client_jwt_keys jwt_keys;
void client_jwt_open(void);
void client_jwt_close(void);
/* {"keys":[…]} of all of them but the stranger. */
const char *client_jwt_all(void);

/* A fresh private key without alg and kid, but with `kid` if that is not NULL. */
struct jwk *client_jwt_key(enum jose_alg alg, const char *kid);
/* {"keys":[…]} of their public halves; lives as long as the flow's world. */
const char *client_jwt_set(struct jwk *const *keys, size_t n);
/* JSON with ' for ". */
str client_jwt_json(const char *text);
/* Signs a payload, JSON with ' for ". `typ` may be NULL. */
const char *client_jwt(const struct jwk *key, enum jose_alg alg, const char *typ,
                       const char *payload);
/* "header.payload.signature" of these texts, ' for ", the signature as it is. */
const char *client_jwt_raw(const char *header, const char *payload, const char *signature);
/* The secret as a key. */
struct jwk *client_jwt_secret_key(const char *text, enum jose_alg alg);
/* A client with redirect URI FLOW_REDIRECT; `metadata`: more members of its metadata, ' for ".
 * Gives its secret: CLIENT_JWT_SECRET, or a fresh one if it is the key of an algorithm. */
const char *client_jwt_add(const char *client_id, const char *metadata);

#endif
