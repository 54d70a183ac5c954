/* hk_api_headers, hk_api_answer and hk_api_call: a session's access token at an API (RFC 6750,
 * RFC 9449 7 to 9, RFC 9470). */
#include "common/base/json_read.h"
#include "rp/engine/doc.h"
#include "rp/engine/run.h"
#include "rp/engine/session.h"
#include "rp/engine/sized.h"
#include "rp/flows/api_answer.h"
#include "rp/flows/refresh.h"
#include "rp/flows/token_headers.h"
#include "rp/protocol/header_lines.h"
#include "rp/protocol/safe_url.h"

struct api_call {
    const hk_session *session;
    hk_session *own; /* the same, of a call that may refresh it */
    str method, url, headers, body;
    bool nonce_tried, refreshed;
};

/* RFC 9449 5: a token of the type DPoP is for whoever has its key. */
static err token_use_of(struct hk_op *op, const struct api_call *call, struct token_use *out) {
    const hk_session *session = call->session;
    bool dpop = str_eq_nocase(session->token_type, S("DPoP"));
    HOLD(&op->failure, api_method_is_a_token, is_http_token(call->method));
    HOLD(&op->failure, api_url_is_https, safe_url(call->url));
    HOLD(&op->failure, session_has_access_token, str_present(session->access_token));
    HOLD(&op->failure, session_has_proof_key, !dpop || session->dpop_key);
    *out = (struct token_use){.access_token = session->access_token,
                              .method = call->method,
                              .url = call->url,
                              .dpop_key = dpop ? session->dpop_key : NULL};
    return OK;
}

/* What every call here is given. */
static err keep(struct hk_op *op, const hk_session *session, const char *method, const char *url) {
    struct api_call *call = op->flow;
    HOLD(&op->failure, argument_given, session && method && url);
    call->session = session;
    TRY(op_copy(op, method, &call->method));
    return op_copy(op, url, &call->url);
}

/* --- the headers alone ---------------------------------------------------------------------- */

static err write_headers(struct hk_op *op) {
    struct token_use use;
    TRY(token_use_of(op, op->flow, &use));
    return token_headers(op, &use, &op->text);
}

/* NOLINTNEXTLINE(readability-function-size): the signature is the header's */
int hk_api_headers(hk_rp *rp, const hk_session *session, const char *method, const char *url,
                   char *buf, size_t cap, hk_error *e) {
    struct hk_op *op = op_new(rp, write_headers, sizeof(struct api_call));
    return run_for_text(op ? op_made(op, keep(op, session, method, url)) : NULL, buf, cap, e);
}

/* --- the answer alone ----------------------------------------------------------------------- */

static err nothing(struct hk_op *op) {
    (void)op;
    return OK;
}

static err judge_given(struct hk_op *op, const struct api_answer *answer, bool *again) {
    *again = false;
    HOLD(&op->failure, argument_given, str_present(answer->url));
    HOLD(&op->failure, api_url_is_https, safe_url(answer->url));
    return api_judge(op, answer, again);
}

/* NOLINTNEXTLINE(readability-function-size): the signature is the header's */
int hk_api_answer(hk_rp *rp, hk_session *session, const char *url, int status, const char *headers,
                  hk_doc **out, hk_error *e) {
    const struct api_answer answer = {str_from(url), status, str_from(headers)};
    bool again = false;
    struct hk_op *op = session ? op_new(rp, nothing, 0) : op_failed(rp, RULE_argument_given);
    if (op && session)
        op_made(op, judge_given(op, &answer, &again));
    int code = hk_op_run(op, e);
    if (out)
        *out = hk_op_take_doc(op);
    hk_op_free(op);
    return code == HK_OK && again ? HK_PENDING : code;
}

/* --- all of it ------------------------------------------------------------------------------ */

static err send(struct hk_op *op);

static err refresh_and_send(struct hk_op *op) {
    struct api_call *call = op->flow;
    call->refreshed = true;
    op_push(op, send);
    return refresh_push(op, call->own);
}

static err give(struct hk_op *op) {
    json_t *json = NULL;
    err e = op_json_object(op, op->answer.body, &json);
    if (err_is(e, E_no_memory))
        return e;
    return doc_new(&op->rp->memory, json, op->answer.body, &op->doc);
}

/* A token that ends early, or without saying when, is renewed once. */
static bool may_refresh(const struct hk_op *op) {
    const struct api_call *call = op->flow;
    return op->failure.rule == RULE_api_takes_the_token && !call->refreshed &&
           str_present(call->session->refresh_token);
}

static err answer(struct hk_op *op) {
    struct api_call *call = op->flow;
    const struct api_answer came = {call->url, op->answer.status, op->answer.headers};
    bool again;
    op->status = came.status;
    err e = api_judge(op, &came, &again);
    if (failed(e) && may_refresh(op))
        return refresh_and_send(op);
    TRY(e);
    if (!again)
        return give(op);
    HOLD(&op->failure, api_nonce_is_new, !call->nonce_tried);
    call->nonce_tried = true;
    op_push(op, send);
    return OK;
}

static err send(struct hk_op *op) {
    const struct api_call *call = op->flow;
    const struct options *options = &op->rp->settings.options;
    struct op_request request = {.method = call->method,
                                 .url = call->url,
                                 .body = call->body,
                                 .client_certificate = options->mtls_bound == SWITCH_REQUIRE};
    struct token_use use;
    str token;
    op->status = 0;
    hk_doc_free(op->refusal);
    op->refusal = NULL;
    op->failure = (struct failure){0};
    TRY(token_use_of(op, call, &use));
    TRY(token_headers(op, &use, &token));
    TRY(STR_JOIN(op->arena, &request.headers, token, call->headers));
    op_push(op, answer);
    return op_send(op, &request);
}

static bool ends_soon(const struct hk_op *op) {
    const hk_session *session = ((const struct api_call *)op->flow)->session;
    int64_t before = op->rp->settings.options.refresh_before_s;
    return session->access_expires && session->access_expires - before <= op_now(op) &&
           str_present(session->refresh_token);
}

static err start(struct hk_op *op) {
    struct token_use use;
    TRY(token_use_of(op, op->flow, &use)); /* before a refresh is spent on it */
    return ends_soon(op) ? refresh_and_send(op) : send(op);
}

static err keep_body(struct hk_op *op, const hk_api *api) {
    struct api_call *call = op->flow;
    size_t n = api->body_len || !api->body ? api->body_len : strlen(api->body);
    HOLD(&op->failure, argument_given, api->body || !n);
    HOLD(&op->failure, api_headers_are_plain, headers_may_be_added(str_from(api->headers)));
    TRY(op_copy(op, api->headers, &call->headers));
    if (!str_empty(call->headers) && !str_ends(call->headers, S("\n")))
        TRY(STR_JOIN(op->arena, &call->headers, call->headers, S("\r\n")));
    return str_dup(op->arena, str_of(api->body, n), &call->body);
}

static err keep_all(struct hk_op *op, hk_session *session, const hk_api *given) {
    hk_api api;
    sized_copy(&api, sizeof api, given);
    const char *method = api.body ? "POST" : "GET";
    ((struct api_call *)op->flow)->own = session;
    TRY(keep(op, session, api.method ? api.method : method, api.url));
    return keep_body(op, &api);
}

hk_op *hk_api_call_op(hk_rp *rp, hk_session *session, const hk_api *api) {
    struct hk_op *op = op_new(rp, start, sizeof(struct api_call));
    return op ? op_made(op, keep_all(op, session, api)) : NULL;
}

int hk_api_call(hk_rp *rp, hk_session *session, const hk_api *api, int *status, hk_doc **out,
                hk_error *e) {
    hk_op *op = hk_api_call_op(rp, session, api);
    int code = hk_op_run(op, e);
    if (status)
        *status = hk_op_status(op);
    if (out)
        *out = hk_op_take_doc(op);
    hk_op_free(op);
    return code;
}
