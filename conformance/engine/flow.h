/* One authorization from the client's request to its tokens, with the checks that every module
 * makes (checks/). A module changes the request, walks, and states what is its own. */
#ifndef CONFORMANCE_ENGINE_FLOW_H
#define CONFORMANCE_ENGINE_FLOW_H

#include "conformance/engine/client.h"
#include "conformance/engine/pages.h"

struct flow {
    struct client *client;
    json_t *request; /* the authorization request's parameters, in their order */
    const char *url; /* of the request as it was sent */
    struct walk walk;
    const struct page *page; /* where the browser ended; kept */
    json_t *response;        /* the authorization response's parameters; NULL before */
    json_t *tokens;          /* the token endpoint's answer; NULL before */
    json_t *front_claims;    /* of the authorization endpoint's ID token, or NULL */
    json_t *claims;          /* of the ID token: the token endpoint's if there is one */
    const char *refresh_token;
    const char *code_verifier; /* of the token request, where the module set one */
};

/* A request of the variant: response_type, client_id, redirect_uri, scope "openid", state, nonce,
 * and response_mode=form_post in those plans. */
struct flow *flow_new(struct run *run, struct client *client);
/* Sets a parameter at its place or the end; NULL takes it out. */
void flow_set(struct flow *flow, const char *name, const char *value);
const char *flow_get(const struct flow *flow, const char *name);
/* Sends the browser off and through the pages. True: it came back to the client; false: it ended on
 * a page of the provider's (flow->page). */
bool flow_walk(struct run *run, struct flow *flow);
/* The same as a POST of a form (OIDC Core 3.1.2.1). */
bool flow_walk_by_post(struct run *run, struct flow *flow);
/* After true: reads the response where the variant wants it (query, fragment, form_post). */
void flow_read_response(struct run *run, struct flow *flow);
/* After true: the response is an error, sent to where errors of this request go, with one of these
 * codes ("login_required|interaction_required"), state intact. */
void flow_expect_error(struct run *run, struct flow *flow, const char *spec, const char *codes);
/* After false (true fails the module): a page at the provider, which is kept for a person to judge:
 * the module ends REVIEW. `what` says what that page must tell. */
void flow_expect_page(struct run *run, struct flow *flow, const char *spec, const char *what);
/* The browser must come back, with a successful response. */
void flow_authorize(struct run *run, struct flow *flow);
/* The response is no error. */
void flow_expect_success(struct run *run, struct flow *flow);
/* What the response carries (code, ID token, access token) is checked. */
void flow_check_response(struct run *run, struct flow *flow);
/* The code for tokens, checked. */
void flow_exchange(struct run *run, struct flow *flow);
/* The token request's parameters for this flow's code; and the request itself, unjudged. */
json_t *flow_token_request(struct run *run, const struct flow *flow);
const struct http_response *flow_redeem(struct run *run, const struct flow *flow);
/* A code that comes with another secret, or an assertion of another key, than the client's:
 * invalid_client. Nothing for response types without a code, and for clients without either. */
void flow_expect_no_other_credential(struct run *run, struct client *client);
/* After a response: checks what it carries, and exchanges the code where there is one. */
void flow_finish(struct run *run, struct flow *flow);
/* All of it: authorize, check the response, exchange the code where there is one. */
void flow_complete(struct run *run, struct flow *flow);
/* A flow with the default request, completed. */
struct flow *flow_done(struct run *run, struct client *client);
/* The token endpoint's access token, else the authorization endpoint's, else "". */
const char *flow_access_token(const struct flow *flow);
const char *flow_id_token(const struct flow *flow);
/* The userinfo claims with a GET and a Bearer header, checked. */
json_t *flow_userinfo(struct run *run, struct flow *flow);
/* Whether claims of scopes belong into the ID token: there is no access token (OIDC Core 5.4). */
bool flow_is_id_token_only(const struct run *run);

#endif
