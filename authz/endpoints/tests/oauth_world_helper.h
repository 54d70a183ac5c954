/* A whole authorization server without sockets, for the tests of the OAuth endpoints: real
 * databases, keys and core store in a folder of its own, a clock that the test moves. */
#ifndef AUTHZ_ENDPOINTS_TESTS_OAUTH_WORLD_HELPER_H
#define AUTHZ_ENDPOINTS_TESTS_OAUTH_WORLD_HELPER_H

#include "authz/authz.h"
#include "authz/config.h"
#include "authz/protocol/code.h"
#include "authz/store/client.h"
#include "common/base/testing.h"

struct oauth_person {
    str user_id;
    const char *api_token;
};

struct oauth_world {
    char dir[64];
    struct config config;
    struct authz *authz;
    struct arena *arena;
    int64_t now_ms;
    bool may_not_block;           /* as on an event loop: a call that would wait answers 500 */
    struct oauth_person ada, eve; /* ada@example.org, eve@example.org */
    str last_client;              /* the client_id that was made last */
};

/* cmocka setup and teardown of a group, whose tests share the world; and the setup of each of them,
 * which turns the clock back. */
int oauth_world_open(void **state);
int oauth_world_close(void **state);
int oauth_world_rewind(void **state);

enum client_kind { CLIENT_BASIC, CLIENT_POST, CLIENT_PUBLIC, CLIENT_HITKEY, CLIENT_NO_REFRESH };
#define CLIENT_SECRET "s3cr:t+ %and/more"
#define CLIENT_URI    "https://app.example/cb"
/* RFC 7636 Appendix B */
#define PKCE_VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define PKCE_CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

/* A new client of that kind, its secret CLIENT_SECRET, its ID tokens RS256 or `alg`. */
str oauth_world_client(struct oauth_world *w, enum client_kind kind, enum jose_alg alg);
/* What `authorize` would have sealed for it: scope openid email offline_access, with PKCE. */
struct code oauth_world_code(struct oauth_world *w, str client_id);
str oauth_world_seal(struct oauth_world *w, const struct code *code);

struct answer {
    int status;
    str body, www_authenticate, cache_control;
};

struct message {
    const char *method, *target;
    const char *authorization; /* or NULL */
    const char *type, *body;   /* or NULL */
};
struct answer oauth_world_send(struct oauth_world *w, const struct message *message);

/* A request's parameters: a literal list that ends in {NULL}, one of them replaced (or removed, or
 * added). */
struct pair {
    const char *name, *value;
};
const char *oauth_world_form(struct oauth_world *w, const struct pair *pairs,
                             const struct pair *change);
const char *oauth_world_json(struct oauth_world *w, const struct pair *pairs,
                             const struct pair *change);
/* "Basic …" with both parts form-encoded (RFC 6749 2.3.1). */
const char *oauth_world_basic(struct oauth_world *w, const char *id, const char *text);
/* "Bearer …" */
const char *oauth_world_bearer(struct oauth_world *w, const char *token);
const char *oauth_world_c(struct oauth_world *w, str s);
/* A string member of a JSON object, or absent; another kind of member as its JSON text. */
str oauth_world_member(struct oauth_world *w, str json, const char *name);

#endif
