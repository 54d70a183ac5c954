/* What the tests of keys share: keys from text and tokens put together by hand. */
#ifndef KEYS_TESTS_KEYS_HELPER_H
#define KEYS_TESTS_KEYS_HELPER_H

#include "common/base/testing.h"
#include "keys/jwk.h"

/* JSON with ' for ", so that it reads well in C. */
json_t *helper_json(const char *text);
/* The import of such a text, which must succeed. */
struct jwk *helper_jwk(const char *text);
/* A fresh private key; RSA keys and secrets name no alg, so that each of their algorithms fits. */
struct jwk *helper_key(enum jose_alg alg);
/* base64url. */
str helper_base64(struct arena *arena, str bytes);
str helper_from_hex(struct arena *arena, const char *hex);
/* "header.payload", the header as JSON with ' for ". */
str helper_input(struct arena *arena, const char *header, const char *payload);
/* input "." base64url(signature) */
str helper_token(struct arena *arena, str input, str signature);
/* jws_parse and jws_verify. */
err helper_verify(struct arena *arena, str token, enum jose_alg alg, const struct jwk *key);
/* A fresh folder under /tmp, to be removed with helper_remove. */
void helper_folder(char path[64]);
void helper_remove(const char *path);

#endif
