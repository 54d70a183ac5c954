/* A client for tests of sign-ins: its metadata is there, the rule that refuses is noted. */
#ifndef RP_TESTS_SIGN_IN_HELPER_H
#define RP_TESTS_SIGN_IN_HELPER_H

#include "rp/tests/feed_helper.h"

struct world {
    struct feed feed;
    hk_rp *rp;
    char rule[64]; /* of the last refusal, or "" */
};

/* "name=value" settings; NULL ends. */
enum { WORLD_SETTINGS = 6 };
typedef const char *world_settings[WORLD_SETTINGS];

/* feed_cfg with the settings, metadata and a hook that notes the rule. */
hk_cfg *world_cfg(struct world *world, const char *const *settings);
/* Makes world->rp of it, which must work. */
void world_open(struct world *world, const char *const *settings);
void world_close(struct world *world);

/* Begins a sign-in, which must work without a request. */
hk_login *world_begin(struct world *world, const hk_auth *auth);
/* The decoded parameter of a query, form body or URL; "" if there is none. Lives until the next
 * eight calls. */
const char *param_of(const char *text, const char *name);
/* "name=value" of a Set-Cookie value, as the browser sends it back. */
const char *cookie_of(const hk_login *login);

#endif
