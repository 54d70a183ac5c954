/* hk_begin: an authorization request for the browser, and a cookie that remembers it. */
#include "rp/flows/sign_in.h"

#include "common/base/url.h"
#include "rp/engine/metadata.h"
#include "rp/engine/run.h"
#include "rp/engine/session.h"
#include "rp/engine/sized.h"
#include "rp/flows/pushed_request.h"
#include "rp/flows/request_object.h"
#include "rp/protocol/safe_url.h"

static err end_old(struct hk_op *op, const struct begin *begin, hk_login *login) {
    struct surplus surplus;
    TRY(transaction_end_surplus(op, begin->auth.cookie, &surplus));
    login->old_cookies = arena_array(login->arena, surplus.n, sizeof(str));
    REQUIRE(login->old_cookies, no_memory, "there is no memory for a sign-in");
    for (size_t i = 0; i < surplus.n; i++)
        TRY(str_dup(login->arena, surplus.set_cookies[i], &login->old_cookies[i]));
    login->old_cookie_count = surplus.n;
    return OK;
}

static err fill(struct hk_op *op, const struct begin *begin, hk_login *login) {
    if (str_present(begin->auth.cookie))
        TRY(end_old(op, begin, login));
    if (!str_present(begin->request_uri))
        return OK;
    TRY(str_dup(login->arena, begin->request_object, &login->request_object));
    return str_dup(login->arena, begin->request_uri, &login->request_uri);
}

/* All or nothing: what is half filled goes. */
static err make_login(struct hk_op *op, str url, str cookie) {
    hk_login *login;
    TRY(login_new(&op->rp->memory, url, cookie, &login));
    err e = fill(op, op->flow, login);
    if (failed(e))
        hk_login_free(login);
    else
        op->login = login;
    return e;
}

static err give(struct hk_op *op) {
    const struct begin *begin = op->flow;
    str endpoint = metadata_str(op, "authorization_endpoint"), query, url, cookie;
    HOLD(&op->failure, metadata_has_endpoint, str_present(endpoint));
    HOLD(&op->failure, endpoint_is_https, safe_url(endpoint));
    TRY(form_write(op->arena, begin->params, begin->param_count, &query));
    TRY(url_add_query(op->arena, endpoint, query, &url));
    TRY(transaction_keep(op, &begin->transaction, &cookie));
    return make_login(op, url, cookie);
}

/* How the request travels: pushed, or with the browser, as it is or in an object. */
static err send(struct hk_op *op) {
    return pushed_request_wanted(op) ? pushed_request_send(op) : request_object_refer(op);
}

err sign_in_begin(struct hk_op *op) {
    op_push(op, give);
    op_push(op, send);
    op_push(op, request_object_make);
    op_push(op, authorization_request_build);
    op_push(op, metadata_need);
    return OK;
}

static err copy(struct hk_op *op, const hk_auth *given, struct auth *out) {
    hk_auth auth;
    sized_copy(&auth, sizeof auth, given);
#define AUTH_TEXT(name) TRY(op_copy(op, auth.name, &out->name));
    AUTH_TEXTS(AUTH_TEXT)
#undef AUTH_TEXT
    out->max_age = auth.has_max_age ? auth.max_age : -1;
    return OK;
}

hk_op *hk_begin_op(hk_rp *rp, const hk_auth *auth) {
    if (auth && (auth->size == 0 || (auth->has_max_age && auth->max_age < 0)))
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, sign_in_begin, sizeof(struct begin));
    if (!op || !failed(copy(op, auth, &((struct begin *)op->flow)->auth)))
        return op;
    hk_op_free(op);
    return NULL;
}

int hk_begin_with(hk_rp *rp, const hk_auth *auth, hk_login **out, hk_error *e) {
    return run_for_login(hk_begin_op(rp, auth), out, e);
}

int hk_begin(hk_rp *rp, const char *return_to, hk_login **out, hk_error *e) {
    const hk_auth auth = {.size = sizeof auth, .return_to = return_to};
    return hk_begin_with(rp, &auth, out, e);
}
