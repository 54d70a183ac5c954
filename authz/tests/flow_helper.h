/* A server in memory (real stores, real keys, a clock that tests move) and browsers in front of it:
 * cookies, forms and redirects, without sockets. */
#ifndef AUTHZ_TESTS_FLOW_HELPER_H
#define AUTHZ_TESTS_FLOW_HELPER_H

#include "authz/authz.h"
#include "authz/config.h"
#include "common/base/testing.h"
#include "common/http/test_request.h"

#define FLOW_PASSWORD  "a quiet river in may"
#define FLOW_REDIRECT  "https://app.example/cb"
#define FLOW_HYBRID    "https://hybrid.example/cb?kept=1"
#define FLOW_CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
/* The path and query of a good request of the client "web". */
#define FLOW_REQUEST                                                                               \
    "/oauth/authorize?response_type=code&client_id=web&redirect_uri="                              \
    "https%3A%2F%2Fapp.example%2Fcb&scope=openid%20email&state=st-1&nonce=n-1"

enum { FLOW_COOKIES = 8 };

struct flow_world {
    char dir[64];
    struct config config;
    struct authz *authz;
    struct arena *arena;
    int64_t now_ms;
};

/* The group's set-up and teardown: the people ann@, bob@example.com with FLOW_PASSWORD, and the
 * clients "web" and "web2" (confidential), "spa" (public), "app" (public, native), "hybrid"
 * (confidential, every response type, at FLOW_HYBRID), "implicit" (public, without code), "pair1"
 * and "pair2" (pairwise, of one sector), "pair3" (of another), "careful" (with defaults for max_age
 * and acr_values), "leaver" and "framed" (every response type; told of logouts by back channel and
 * by front channel). */
int flow_world_open(void **state);
/* The same with more options ("--name=value"), a list that ends with NULL. */
int flow_world_open_with(const char *const *more);
int flow_world_close(void **state);
struct flow_world *flow_world(void);
/* Another confidential client with every response type, at https://ID.example/cb. `more`: members
 * of its metadata, each with a comma before it. Gives the secret that it signs with, or an absent
 * one. */
str flow_client(const char *id, const char *more);
int64_t flow_count(const char *sql);
/* Of a mail that is waited for: what begins with `pattern`, or its six digits if that is NULL. */
void flow_mailed(const char *pattern, char out[512]);
/* Those that have come already. */
void flow_forget_mails(void);
/* A call of the account API with a token (or NULL) that must succeed; a member of its answer, if
 * asked for, goes to `out`. */
void flow_call(const char *method, const char *path, const char *token, const char *json,
               const char *member, char out[256]);
/* A token of the account API. */
void flow_api_token(const char *email, char out[256]);

struct browser {
    struct {
        char name[64], value[2048];
    } cookies[FLOW_COOKIES];
    const char *origin, *fetch_site, *language; /* headers, or NULL */
    const char *remote;                         /* its address; NULL: as usual */
    bool plain;                                 /* without TLS */
    bool inline_only;                           /* on an event loop: nothing may wait */
    size_t ceiling;                             /* of a request's memory; 0: as usual */
    struct test_request *last;
};

struct browser *browser_new(void);
void browser_free(struct browser *browser);
void browser_get(struct browser *browser, const char *target);
/* `form` goes as the body, as it is. */
void browser_post(struct browser *browser, const char *path, const char *form);
/* Posts the hidden field of the last page and `more` ("&name=value"). */
void browser_submit(struct browser *browser, const char *path, const char *more);
/* Signs in on the pages of FLOW_REQUEST and allows the client, if it is asked. */
struct browser *browser_signed_in(const char *email);
/* E-mail and FLOW_PASSWORD on the sign-in page. */
void browser_sign_in(struct browser *browser, const char *email);
/* A status and no Location: a page of ours. */
bool browser_shows(const struct browser *browser, int status, const char *text);
/* A redirect to `target` with a code. */
bool browser_got_code(const struct browser *browser, const char *target);
/* A redirect to `target` with this error. */
bool browser_got_error(const struct browser *browser, const char *target, const char *error);
int browser_status(const struct browser *browser);
bool browser_sees(const struct browser *browser, const char *text);
/* The value of the field of that name in the last page; ours need no unescaping. */
void browser_field(const struct browser *browser, const char *name, char out[40000]);
/* Of the redirect to the client: a parameter of its fragment, or else of its query, decoded; "" if
 * it is not there or there is no redirect. */
const char *browser_answer(const struct browser *browser, const char *name);
const char *browser_cookie(const struct browser *browser, const char *name);
void browser_set_cookie(struct browser *browser, const char *name, const char *value);

#endif
