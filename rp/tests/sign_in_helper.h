/* A client for tests of sign-ins: its metadata is there, the rule that refuses is noted. */
#ifndef RP_TESTS_SIGN_IN_HELPER_H
#define RP_TESTS_SIGN_IN_HELPER_H

#include "rp/tests/token_helper.h"

/* A client's private key for ES256, PEM; of these tests alone. */
extern const char sign_in_private_key[];

struct world {
    struct feed feed;
    struct issuer issuer; /* the provider's key, ES256; its set is given to the client */
    hk_rp *rp;
    char rule[64]; /* of the last refusal, or "" */
};

/* "name=value" settings; NULL ends. */
enum { WORLD_SETTINGS = 8 };
typedef const char *world_settings[WORLD_SETTINGS];

/* feed_cfg with the settings, metadata and a hook that notes the rule. */
hk_cfg *world_cfg(struct world *world, const char *const *settings);
/* Makes world->rp of it, which must work. */
void world_open(struct world *world, const char *const *settings);
void world_close(struct world *world);

/* Begins a sign-in, which must work without a request; `auth` may be NULL. */
hk_login *world_begin(struct world *world, const hk_auth *auth);
/* The same, and what the browser has then. The texts live in the issuer's arena. */
struct begun {
    const char *cookie, *state, *nonce;
};
struct begun world_begun(struct world *world, const hk_auth *auth);
/* An ID token for that nonce (NULL: none), with `changes` (a JSON object with ' for "; NULL: none)
 * over its claims: null drops a claim. */
const char *world_id_token(struct world *world, const char *nonce, const char *changes);
/* The answer of the token endpoint, 200, with that ID token (NULL: none); "Bearer". */
struct canned world_tokens(struct world *world, const char *id_token);
/* Text in the issuer's arena. */
const char *world_text(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* hk_finish_with those; *out (may be NULL: it is freed) is the session. */
int world_finish(struct world *world, const hk_callback *callback, const struct canned *answers,
                 size_t n, hk_session **out, hk_error *e);

/* The decoded parameter of a query, form body or URL; "" if there is none. Lives until the next
 * eight calls. */
const char *param_of(const char *text, const char *name);

#endif
